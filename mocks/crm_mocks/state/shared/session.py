"""The copy of a shared session in one process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final

from crm_mocks.settings import Settings, changed
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.retry_after import RetryAfterTracker
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Seeder, Session
from crm_mocks.state.shared.journal import SharedJournal
from crm_mocks.state.shared.server_time import ServerTime, SharedClock
from crm_mocks.state.shared.session_parts import PART, PARTS
from crm_mocks.state.shared.session_queue import SharedQueue
from crm_mocks.state.shared.store import SharedStore
from crm_mocks.state.shared.transaction import Change, Recorder, Transaction

SEED: Final = "seed"
DROP: Final = "drop"
CLOSED: Final = "closed"


class SharedSession(Session):
    """A session whose changes are recorded, and can be applied to the copies of other processes.

    Attributes:
        changed_settings: the settings that were changed for the session, as the control API took them.
        is_closed: the session has been closed, and not been used since.
    """

    clock: SharedClock
    journal: SharedJournal
    queue: SharedQueue

    def __init__(  # noqa: PLR0913  # most are those of `Session`
        self,
        name: str,
        settings: Settings,
        seeded: SeededValues,
        kinds: Mapping[str, Mapping[str, RecordKind]],
        seeder: Seeder,
        *,
        now: datetime | None,
        time: ServerTime,
        budget: JournalBudget,
        records_cap: int | None,
        lease_seconds: float,
    ) -> None:
        self.recorder = Recorder()
        super().__init__(
            name,
            settings,
            seeded,
            SharedClock(time, now),
            kinds,
            seeder,
            SharedJournal(self.recorder, name, budget),
            records_cap,
        )
        self._time = time
        self._lease_seconds = lease_seconds
        self._start_settings = settings
        self.queue = SharedQueue(self.recorder)
        self.retry_after = RetryAfterTracker(self.clock, self.clock.running)
        self.changed_settings: dict[str, Any] = {}
        self.is_closed = False
        self._seeds: dict[str, tuple[dict[str, Any], str]] = {}
        self._parts: dict[str, Any] = {}
        self._store = self._new_store()
        self._stores = defaultdict(lambda: self._store)  # one for all vendors

    def _new_store(self) -> SharedStore:
        return SharedStore(self.recorder, self._time, self._lease_seconds)

    @property
    def store(self) -> SharedStore:
        """The store of the records."""
        return self._store

    # --- changes by requests ---

    async def records(self, vendor: str) -> Records:
        """See `Session.records`; the other processes store the starting records themselves."""
        if vendor not in self.opened:
            moment = self.clock.now().isoformat()
            self._note_settings()
            self.recorder.record([SEED, vendor, moment])
            await self._seed(vendor, moment)
        return self.opened[vendor]

    def drop_records(self) -> None:
        """See `Session.drop_records`."""
        self.recorder.record([DROP])
        self._drop_records()

    def change_settings(self, changes: Mapping[str, Any]) -> None:
        """See `Session.change_settings`."""
        self.set_settings({**self.changed_settings, **changes})

    def set_settings(self, changes: dict[str, Any]) -> None:
        """Set the settings that differ from those of a new session.

        Raises:
            UsageError: a name or value is invalid.
        """
        self.settings = changed(self._start_settings, changes)
        self.changed_settings = changes

    def set_closed(self, closed: bool) -> None:  # noqa: FBT001  # a setter
        """Mark the session as closed or open."""
        self.recorder.record([CLOSED, closed])
        self.is_closed = closed

    # --- transactions ---

    def begin(self, transaction: Transaction) -> None:
        """Record the changes from now on in a transaction."""
        self.recorder.transaction = transaction
        self.clock.ahead = 0.0
        self._parts = {name: part.read(self) for name, part in PARTS.items()}

    def end_step(self) -> None:
        """End one of the steps of the transaction."""
        transaction = self.recorder.open
        if transaction.held:
            self._store.extend_claims(transaction.held, transaction.delay)
        transaction.end_step()
        self.clock.ahead = 0.0
        self.journal.forget_unused_numbers()

    def finish(self) -> None:
        """Complete the changes of the transaction."""
        self.recorder.open.changes += self._changed_parts()

    def end(self) -> None:
        """End the transaction, whether it was committed or not."""
        self.recorder.transaction = None
        self.clock.ahead = 0.0
        self.journal.forget_uncommitted_numbers()

    def roll_back(self) -> None:
        """Undo the changes of the transaction, which is reversible."""
        self.recorder.open.roll_back()
        for name, value in self._parts.items():
            PARTS[name].write(self, value)

    def committed(self, changes: Iterable[Change], time: float) -> None:
        """Count the exchanges of a committed transaction, whose other changes are already here."""
        self.clock.floor = max(self.clock.floor, time)
        for change in changes:
            self.journal.apply(change)

    def hold_claims(self, seconds: float) -> None:
        """Keep claims until the response has been sent, which is delayed."""
        transaction = self.recorder.open
        transaction.holds_claims = True
        transaction.delay += seconds
        self.clock.ahead += seconds

    def held_claims(self) -> dict[str, float]:
        """Return the claims of the present step that last until its response has been sent, with their leases' ends."""
        transaction = self.recorder.open
        return {name: self._store.lease_end(name) + transaction.delay for name in transaction.held}

    def release(self, claims: Mapping[str, float]) -> None:
        """End claims that were kept, unless their leases have ended.

        Args:
            claims: see `held_claims`.
        """
        for name, until in claims.items():
            self._store.release_lease(name, until)

    def _changed_parts(self) -> Iterator[Change]:
        for name, part in PARTS.items():
            value = part.read(self)
            if value != self._parts[name]:
                yield [PART, name, part.encode(value)]

    def _note_settings(self) -> None:
        """Record changed settings before something that depends on them."""
        if not self.recorder.is_silent and self.changed_settings != self._parts["settings"]:
            self.recorder.record([PART, "settings", PARTS["settings"].encode(self.changed_settings)], lambda: None)

    # --- changes of the log ---

    async def apply(self, changes: Iterable[Change], time: float) -> None:
        """Apply changes that another process has recorded.

        Args:
            changes: the changes.
            time: their time.
        """
        self.clock.floor = max(self.clock.floor, time)
        with self.recorder.silence():
            for change in changes:
                if not (self._store.apply(change) or self.journal.apply(change) or self.queue.apply(change)):
                    await self._apply(change)

    async def _apply(self, change: Change) -> None:
        code, *arguments = change
        if code == PART:
            part = PARTS[arguments[0]]
            part.write(self, part.decode(arguments[1]))
        elif code == SEED:
            await self._seed(*arguments)
        elif code == DROP:
            self._drop_records()
        elif code == CLOSED:
            self.is_closed = arguments[0]
        else:
            raise RuntimeError(f"unknown change {code}")

    async def _seed(self, vendor: str, moment: str) -> None:
        """Store a vendor's starting records, which depend on nothing but the settings and the moment."""
        self._seeds[vendor] = (self.changed_settings, moment)
        state = self.clock.state
        self.clock.state = (datetime.fromisoformat(moment), state[1])
        try:
            with self.recorder.silence():
                await super().records(vendor)
        finally:
            self.clock.state = state

    def _drop_records(self) -> None:
        super().drop_records()
        self._seeds.clear()
        self._store = self._new_store()

    async def snapshot(self, start: Callable[[], SharedSession]) -> Iterator[Change]:
        """Return changes that make a new session equal to this one, made as they are taken.

        Args:
            start: returns a new session.
        """
        seeds: list[Change] = []
        scratch = start()
        for vendor, (settings, moment) in self._seeds.items():
            seeds += [[PART, "settings", PARTS["settings"].encode(settings)], [SEED, vendor, moment]]
        await scratch.apply(seeds, 0.0)
        parts = ([PART, name, part.encode(part.read(self))] for name, part in PARTS.items())
        return chain(
            seeds,
            self._store.snapshot(scratch.store),
            self.queue.snapshot(),
            self.journal.snapshot(),
            parts,
            [[CLOSED, self.is_closed]],
        )
