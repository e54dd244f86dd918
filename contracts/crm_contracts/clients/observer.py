"""Observe the requests of client programs as they arrive, and the records that they store."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from crm_contracts.clients.given_values import GivenValues, decoded
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.credential_names import is_credential_name
from crm_mocks.parsing.retry_after import RETRY_AFTER_STATUSES, retry_after
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.retry_after import RETRY_AFTER_RULE


@dataclass(frozen=True)
class ObservedRequest:
    """A request of a client and how it was answered.

    Attributes:
        id: id of the journal entry.
        at: monotonic seconds.
        operation: `<vendor>.<operationId>`, or empty.
        request: method and path.
        content: hash of the request, equal for a repeated one.
        status, outcome: status and outcome of the response.
        fault: fault in place of the response, or empty.
        from_queue: the response or fault came from the queue.
        refused: the CRM refused the request, whatever the status.
        retry_after: seconds that the response asked the client to wait, or 0.
        early_retry: the request came before the Retry-After of the previous response elapsed.
        as_documented: the response has the body of the outcome's example.
        uses_given: the request uses a value that the client knows from a forced response only.
    """

    id: str
    at: float
    operation: str
    request: str
    content: int
    status: int
    outcome: str
    fault: str
    from_queue: bool
    refused: bool
    retry_after: int
    early_retry: bool
    as_documented: bool
    uses_given: bool

    @property
    def response(self) -> str:
        """Status and outcome of the response, or the fault."""
        return self.fault or f"{self.status} {self.outcome}".rstrip()

    @property
    def answer(self) -> str:
        """The response with the operation, for people."""
        return f"{self.response} of {self.operation or self.request}"


class RequestObserver:
    """Observes all requests of all sessions. Call its coroutines on the event loop of the mocks."""

    def __init__(self, mock_app: MockApp) -> None:
        """Start to observe the exchanges of a mock app."""
        self._mock_app = mock_app
        self._requests: dict[str, list[ObservedRequest]] = defaultdict(list)
        self._given: dict[str, GivenValues] = defaultdict(GivenValues)
        self._record_kinds = _record_kinds(mock_app)
        self._compared = ""
        self._snapshots: dict[str, Any] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.storing: set[str] = set()
        mock_app.observers.append(self._observe)

    def requests(self, session: str) -> list[ObservedRequest]:
        """Return the requests of a session, oldest first."""
        return list(self._requests.get(session, ()))

    def counts_by_session(self) -> dict[str, int]:
        """Return the number of requests by session."""
        return {session: len(requests) for session, requests in list(self._requests.items())}

    async def compare_records(self, session: str) -> None:
        """Compare the records of a session after each request from now on, and add operations that store."""
        self._compared = session
        for vendor in self._mock_app.vendors:
            self._snapshots[vendor] = await self._snapshot(session, vendor)

    async def storing_operations(self) -> frozenset[str]:
        """Stop comparing records; return the operations that changed them."""
        self._compared = ""
        await asyncio.gather(*self._tasks)
        return frozenset(self.storing)

    def forget(self, session: str) -> None:
        """Forget the requests of a session."""
        self._requests.pop(session, None)
        self._given.pop(session, None)

    async def record_counts(self, session: str, vendors: Collection[str] | None = None) -> dict[str, int]:
        """Return the number of records by `<vendor>.<kind>`, without credentials, counters and adopted records.

        Args:
            session: name of the session.
            vendors: vendors whose records to count; `None` for all.
        """
        counts = {}
        for vendor, kinds in self._record_kinds.items():
            if vendors is not None and vendor not in vendors:
                continue
            records = await self._mock_app.sessions.get(session).records(vendor)
            counts.update({f"{vendor}.{kind}": await records.count_stored(kind) for kind in kinds})
        return counts

    def _observe(self, entry: JournalEntry) -> None:
        self._requests[entry.session].append(
            ObservedRequest(
                id=entry.id,
                at=time.monotonic(),
                operation=entry.operation,
                request=f"{entry.method} {entry.path}",
                content=hash((entry.method, entry.path, entry.query, entry.request_body)),
                status=entry.status,
                outcome=entry.outcome,
                fault=entry.fault,
                from_queue=entry.chosen_by == "queue",
                refused=entry.refused,
                retry_after=_retry_after(entry),
                early_retry=any(each.rule == RETRY_AFTER_RULE for each in entry.violations),
                as_documented=entry.session == self._compared and self._is_as_documented(entry),
                uses_given=self._given[entry.session].add(entry),
            )
        )
        if entry.session == self._compared and entry.operation:
            self._tasks.append(asyncio.get_running_loop().create_task(self._compare(entry)))

    def _is_as_documented(self, entry: JournalEntry) -> bool:
        operations = self._mock_app.contracts[entry.vendor].operations if entry.vendor else {}
        operation = operations.get(entry.operation.rpartition(".")[2])
        outcome = operation.outcomes.get(entry.outcome) if operation is not None else None
        if outcome is None or outcome.status != entry.status:
            return False
        documented = outcome.value.get(outcome.media_type)
        return bool(decoded(entry.response_body) == documented)

    async def _compare(self, entry: JournalEntry) -> None:
        snapshot = await self._snapshot(entry.session, entry.vendor)
        if snapshot != self._snapshots[entry.vendor]:
            self._snapshots[entry.vendor] = snapshot
            self.storing.add(entry.operation)

    async def _snapshot(self, session: str, vendor: str) -> Mapping[str, Any]:
        records = await self._mock_app.sessions.get(session).records(vendor)
        kinds = (kind for kind in self._mock_app.vendors[vendor].kinds if not kind.counts_requests)
        return {kind.name: await records.all(kind.name) for kind in kinds}


def _retry_after(entry: JournalEntry) -> int:
    if entry.status not in RETRY_AFTER_STATUSES or entry.fault:
        return 0
    return ceil(retry_after(entry.response_headers, datetime.fromisoformat(entry.at)))


def _record_kinds(mock_app: MockApp) -> dict[str, list[str]]:
    """Return the kinds of record of which a second one is a duplicate: a second token is none."""
    keys = mock_app.redaction.rules.keys
    return {
        name: [
            kind.name
            for kind in vendor.kinds
            if not kind.counts_requests and not is_credential_name(kind.key) and kind.key.lower() not in keys
        ]
        for name, vendor in mock_app.vendors.items()
    }
