"""The sessions that several processes share, with the interface of a registry in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from crm_mocks.errors import StateError
from crm_mocks.settings import Settings
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.records import RecordKind
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Seeder, Session
from crm_mocks.state.session_registry import check_session_name
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.copies import SessionCopies
from crm_mocks.state.shared.session import SharedSession
from crm_mocks.state.shared.shared_kinds import shared_kinds

_reserved: Final[ContextVar[str]] = ContextVar("reserved")
"""The session name that was reserved for the request that is being served."""


class SharedSessions(SessionCopies):
    """All sessions, by name; the interface of `SessionRegistry` for use within transactions.

    Attributes:
        settings: settings of a new session.
        when_idle: as in `SessionRegistry`; at once, since what it does is part of a transaction.
    """

    def __init__(  # noqa: PLR0913  # each is an option of its own, all by keyword
        self,
        connection: StateConnection,
        *,
        seed: int,
        now: datetime | None,
        settings: Settings,
        kinds: Mapping[str, Mapping[str, RecordKind]],
        seeder: Seeder,
        on_create: Callable[[Session], None],
        listeners: Sequence[Callable[[JournalEntry], None]],
        limit: int,
        records_cap: int,
        budget: JournalBudget,
    ) -> None:
        """Create a registry; the arguments are those of `SessionRegistry` and of `SessionCopies`."""
        portable = shared_kinds(kinds)

        def create(name: str) -> SharedSession:
            return SharedSession(
                name,
                settings,
                SeededValues(seed, name),
                portable,
                seeder,
                now=now,
                time=connection.time,
                budget=budget,
                records_cap=records_cap,
                lease_seconds=connection.settings.lease_seconds,
            )

        super().__init__(connection, create, on_create, listeners, limit)
        self.settings = settings
        self.when_idle: Callable[[Callable[[], None]], object] = lambda work: work()

    def get(self, name: str) -> SharedSession:
        """Return the session with that name, creating or reopening it if necessary.

        Raises:
            UsageError: the name is invalid, or there are too many sessions.
        """
        check_session_name(name)
        copy = self._copies.get(name)
        if copy is None or copy.transaction is None:
            raise RuntimeError(f"the session {name} is not part of a transaction")
        if copy.session is None:
            return self.transactions.open_session(copy)
        if copy.session.is_closed:
            copy.session.set_closed(False)
        return copy.session

    def find(self, name: str) -> SharedSession | None:
        """Return the session if it has been used, even if it is closed; otherwise `None`."""
        copy = self._copies.get(name)
        return copy.session if copy is not None else None

    def name_at_port(self, _port: int) -> str | None:
        """Return `None`: a port belongs to one process, so sessions have none."""
        return None

    def close(self, name: str) -> SharedSession | None:
        """See `SessionRegistry.close`."""
        session = self.find(name)
        if session is not None and not session.is_closed:
            session.drop_records()
            session.set_closed(True)
        return session

    async def reserve_name(self) -> str:
        """Return an unused session name, which `unused_name` returns next."""
        while True:
            name = f"session-{await self.names.next_number()}"
            await self.read([name], journal=False)
            if self.find(name) is None:
                _reserved.set(name)
                return name

    def unused_name(self) -> str:
        """Return the name that was reserved for this transaction."""
        return _reserved.get()

    def reset(self, name: str | None = None) -> list[str]:
        """Reset one session, or all; allowed mistakes are kept.

        Returns:
            The names, with those of sessions that an earlier attempt of the same step has reset: each session is
            committed by itself, so only some of them are reset again after a conflict.
        """
        use = self._use()
        places = {listed: place for place, listed in enumerate(self._listed)}
        for copy in sorted(use.copies, key=lambda each: places.get(each.name, len(places))):
            if copy.session is not None and copy.transaction is not None and name in (None, copy.name):
                use.reset[copy.name] = None
                allowed = copy.session.allowed
                copy.transaction.restart()
                copy.session.end()
                copy.session.journal.close()
                copy.session = None
                if allowed:
                    self.transactions.open_session(copy).allowed = allowed
        return [name] if name is not None else [*use.reset]

    def resetting(self, name: str | None = None) -> Iterator[str]:
        """See `SessionRegistry.resetting`; all are reset at once, in their transactions."""
        return iter(self.reset(name))

    def __iter__(self) -> Iterator[SharedSession]:
        in_use = [name for name, copy in self._copies.items() if copy.transaction is not None]
        names = dict.fromkeys([*self._listed, *in_use])  # copies of others may be out of date
        known = [session for name in names if (session := self.find(name)) is not None]
        return iter(sorted(known, key=lambda session: not session.is_closed))

    # --- in the background ---

    def later(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something in the background; if the state cannot be used then, `StateKeeper` reports it."""

        async def quietly() -> None:
            with suppress(StateError):
                await work

        task = asyncio.get_running_loop().create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Wait for background tasks, and cancel them after the time limit of a command."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self.connection.settings.command_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def note_loss_of_all(self) -> None:
        """Check all sessions that this process knows for losses, since the server has lost its data."""
        names = [copy.name for copy in self._copies.values() if copy.position.version]
        self.later(self.read(names, journal=False))
