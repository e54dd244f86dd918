"""A session: an isolated CRM for one test, with its own records, settings, clock, queue and journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec.structs import replace

from crm_mocks.settings import Section, Settings, changed
from crm_mocks.state.clock import Clock
from crm_mocks.state.ended_tokens import EndedTokens
from crm_mocks.state.journal import Journal
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.response_queue import QueuedResponse, ResponseQueue
from crm_mocks.state.retry_after import RetryAfterTracker
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.store import DryRunStore, MemoryStore, Store

Seeder = Callable[["Session", str], Awaitable[None]]
"""Stores a vendor's starting records in a session."""


class Session:
    """All state of one session.

    Attributes:
        name: name given by the client.
        settings: settings of all vendors, with this session's changes.
        port: dedicated port, or `None`.
        opened: records by vendor, of those whose starting records are stored.
        adopted: what vendors know from forced responses and keep in no record, by vendor.
        allowed: client mistakes that the verdict ignores, such as `toy.createContact:400`.
        lost: what is missing for a verdict, as a sentence; empty if nothing: what the store of a shared state has lost
            of the session, or how many others were discarded.
        listed_at: monotonic nanoseconds of its last opening or closing, which order the sessions of a server.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        seeded: SeededValues,
        clock: Clock,
        kinds: Mapping[str, Mapping[str, RecordKind]],
        seeder: Seeder,
        journal: Journal | None = None,
        records_cap: int | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self.seeded = seeded
        self.clock = clock
        self.queue = ResponseQueue()
        self.retry_after = RetryAfterTracker(clock)
        self.ended_tokens = EndedTokens()
        self.journal = Journal() if journal is None else journal
        self.port: int | None = None
        self.allowed: tuple[str, ...] = ()
        self.lost = ""
        self.listed_at = 0
        self.adopted: dict[str, Any] = {}
        self._kinds = kinds
        self._seeder = seeder
        self._records_cap = records_cap
        self._stores: defaultdict[str, Store] = defaultdict(MemoryStore)
        self.opened: dict[str, Records] = {}

    async def records(self, vendor: str) -> Records:
        """Return a vendor's records, storing its starting records at first use."""
        records = self.opened.get(vendor)
        if records is None:
            records = Records(self._stores[vendor], vendor, self._kinds[vendor], self._records_cap)
            self.opened[vendor] = records
            records.seeding = True
            try:
                await self._seeder(self, vendor)
            finally:
                records.seeding = False
        return records

    async def dry_run(self, vendor: str) -> Records:
        """Return a view of a vendor's records that discards writes."""
        await self.records(vendor)
        return Records(DryRunStore(self._stores[vendor]), vendor, self._kinds[vendor])

    def drop_records(self) -> None:
        """Remove all records; the starting records are restored at the next use."""
        self._stores.clear()
        self.adopted.clear()
        self.opened.clear()

    def restart_vendor(self, vendor: str, settings: Section) -> None:
        """Remove a vendor's records, and give it other settings; its starting records are restored at the next use."""
        self.settings = {**self.settings, vendor: settings}
        self._stores.pop(vendor, None)
        self.adopted.pop(vendor, None)
        self.opened.pop(vendor, None)

    def enqueue(self, response: QueuedResponse) -> QueuedResponse:
        """Append a response to the queue; return it with its id."""
        entry = replace(response, id=f"{self.name}-answer-{self.queue.next_number()}")
        self.queue.add(entry)
        return entry

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        """Change settings for this session.

        Raises:
            UsageError: a name or value is invalid; then nothing is changed.
        """
        self.settings = changed(self.settings, changes)
