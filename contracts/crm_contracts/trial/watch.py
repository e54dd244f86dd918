"""What the mocks see of a sweep's clients: requests as they come, and what is stored."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.redaction import REDACTED, Redaction
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.retry_after import RETRY_AFTER_STATUSES

RETRY_AFTER_RULE: Final = "retryAfter"


@dataclass(frozen=True)
class Seen:
    """A request that came.

    Attributes:
        at: moment by a clock that only goes forward, in seconds.
        operation: `<vendor>.<operationId>`, or empty.
        request: method and path.
        status, outcome: of the answer.
        given: the answer, or its fault, was one given by the sweep.
        refused: the answer says that the CRM will not have the request, whatever its status.
        asked: seconds that the answer asked to wait, or 0.
        hurried: the request came sooner than the answer before had asked.
    """

    at: float
    operation: str
    request: str
    status: int
    outcome: str
    given: bool
    refused: bool
    asked: int
    hurried: bool


class Watch:
    """Sees all requests of all sessions; its methods belong to the suite's event loop, but for `seen`."""

    def __init__(self, suite: MockApp) -> None:
        """Begin to watch.

        Args:
            suite: whose exchanges.
        """
        self._mock_app = suite
        self._seen: dict[str, list[Seen]] = defaultdict(list)
        self._counted = _counted_kinds(suite)
        self._compared = ""
        self._last: dict[str, Any] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.storing: set[str] = set()
        suite.listeners.append(self._note)

    def seen(self, session: str) -> list[Seen]:
        """Return the requests of a session, in the order in which they came."""
        return list(self._seen.get(session, ()))

    def sessions(self) -> dict[str, int]:
        """Return how many requests have come, by session."""
        return {session: len(seen) for session, seen in list(self._seen.items())}

    async def compare(self, session: str) -> None:
        """Find out which operations of a session change what is stored, from now on: they are put into `storing`."""
        self._compared = session
        for vendor in self._mock_app.vendors:
            self._last[vendor] = await self._snapshot(session, vendor)

    async def compared(self) -> frozenset[str]:
        """End that; return the operations."""
        self._compared = ""
        await asyncio.gather(*self._tasks)
        return frozenset(self.storing)

    def forget(self, session: str) -> None:
        """Forget the requests of a session."""
        self._seen.pop(session, None)

    async def counts(self, session: str, vendors: Collection[str] | None = None) -> dict[str, int]:
        """Return how many records a session has, by `<vendor>.<kind>`; credentials and counters are left out.

        Args:
            session: its name.
            vendors: whose records; those of all where none are named.
        """
        found = {}
        for vendor, kinds in self._counted.items():
            if vendors is not None and vendor not in vendors:
                continue
            records = await self._mock_app.sessions.get(session).records(vendor)
            found.update({f"{vendor}.{kind}": await records.count(kind) for kind in kinds})
        return found

    def _note(self, entry: JournalEntry) -> None:
        self._seen[entry.session].append(
            Seen(
                at=time.monotonic(),
                operation=entry.operation,
                request=f"{entry.method} {entry.path}",
                status=entry.status,
                outcome=entry.outcome,
                given=entry.chosen_by == "queue",
                refused=entry.refused,
                asked=_asked(entry),
                hurried=any(each.rule == RETRY_AFTER_RULE for each in entry.violations),
            )
        )
        if entry.session == self._compared and entry.operation:
            self._tasks.append(asyncio.get_running_loop().create_task(self._look(entry)))

    async def _look(self, entry: JournalEntry) -> None:
        now = await self._snapshot(entry.session, entry.vendor)
        if now != self._last[entry.vendor]:
            self._last[entry.vendor] = now
            self.storing.add(entry.operation)

    async def _snapshot(self, session: str, vendor: str) -> Mapping[str, Any]:
        records = await self._mock_app.sessions.get(session).records(vendor)
        kinds = (kind for kind in self._mock_app.vendors[vendor].kinds if not kind.counts_requests)
        return {kind.name: await records.all(kind.name) for kind in kinds}


def _asked(entry: JournalEntry) -> int:
    if entry.status not in RETRY_AFTER_STATUSES or entry.fault:
        return 0
    value = next((value for name, value in entry.response_headers if name.lower() == "retry-after"), "")
    return int(value) if value.isascii() and value.isdecimal() else 0


def _counted_kinds(suite: MockApp) -> dict[str, list[str]]:
    """Return the kinds of record of which a second one is a duplicate: a second token is none."""
    redaction = Redaction(suite.contracts.values())

    def is_credential(key: str) -> bool:
        return REDACTED.encode() in redaction.body(f'{{"{key}": "word"}}'.encode())

    return {
        name: [kind.name for kind in vendor.kinds if not kind.counts_requests and not is_credential(kind.key)]
        for name, vendor in suite.vendors.items()
    }
