"""The sessions of a process, each created at first use."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from crm_mocks.errors import UsageError
from crm_mocks.settings import Settings
from crm_mocks.state.clock import Clock
from crm_mocks.state.journal import Journal
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.records import RecordKind
from crm_mocks.state.response_queue import QueueBudget
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Seeder, Session

DEFAULT_SESSION: Final = "default"
SESSION_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")

MAX_CLOSED: Final = 100_000
"""Closed sessions that are kept for the verdict."""


def check_session_name(name: str) -> None:
    """Reject an invalid name of a session.

    Raises:
        UsageError: it is invalid.
    """
    if not SESSION_NAME.fullmatch(name):
        raise UsageError("a session name must be 1 to 100 letters, digits, dots, hyphens or underscores")


class SessionRegistry:
    """All sessions, by name and by port.

    Attributes:
        settings: settings of a new session.
        limit: maximum number of open sessions, besides the default one.
        when_idle: calls a function, at once or when the current response has been sent.
    """

    def __init__(  # noqa: PLR0913  # each is an option of its own, all by keyword
        self,
        *,
        seed: int,
        now: datetime | None,
        settings: Settings,
        kinds: Mapping[str, Mapping[str, RecordKind]],
        seeder: Seeder,
        on_create: Callable[[Session], None] = lambda _: None,
        limit: int = 10_000,
        records_cap: int = 100_000,
        budget: JournalBudget | None = None,
    ) -> None:
        """Create an empty registry.

        Args:
            seed: seed of all generated values.
            now: moment at which each session's clock is frozen; `None` for the system clock.
            settings: settings of a new session.
            kinds: kinds of record by vendor and name.
            seeder: stores a vendor's starting records in a session.
            on_create: called with each session that is created, also after a reset.
            limit: maximum number of open sessions.
            records_cap: maximum number of records of a kind that may be added to a session.
            budget: memory and file that the journals share.
        """
        self.seed = seed
        self.now = now
        self.settings = settings
        self.limit = limit
        self.when_idle: Callable[[Callable[[], None]], object] = lambda work: work()
        self._records_cap = records_cap
        self._budget = JournalBudget() if budget is None else budget
        self._queue_budget = QueueBudget()
        self._kinds = kinds
        self._seeder = seeder
        self._on_create = on_create
        self._by_name: dict[str, Session] = {}
        self._closed: dict[str, Session] = {}
        self._by_port: dict[int, str] = {}
        self._expected: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._generated = 0
        self._discarded = 0

    def get(self, name: str) -> Session:
        """Return the session with that name, creating or reopening it if necessary.

        Raises:
            UsageError: the name is invalid, or there are too many sessions.
        """
        session = self._by_name.get(name)
        return session if session is not None else self._make(name)

    def find(self, name: str) -> Session | None:
        """Return the session if it has been used, even if it is closed; otherwise `None`."""
        if name in self._expected:
            return self._make(name)
        return self._by_name.get(name) or self._closed.get(name)

    def name_at_port(self, port: int) -> str | None:
        """Return the name of the session that the port is dedicated to, or `None`."""
        return self._by_port.get(port)

    def bind_port(self, name: str, port: int) -> None:
        """Dedicate a port to a session."""
        self.get(name).port = port
        self._by_port[port] = name

    def expect(self, name: str, port: int, allowed: tuple[str, ...]) -> None:
        """Dedicate a port to a session that is created when it is first used or asked about, if ever."""
        self._expected[name] = port, allowed
        self._by_port[port] = name

    @property
    def expected(self) -> list[str]:
        """Names of the sessions that are expected, in the order of `expect`."""
        return list(self._expected)

    def stop_expecting(self, name: str) -> None:
        """Forget an expected session."""
        port, _ = self._expected.pop(name)
        self._by_port.pop(port, None)

    def close(self, name: str) -> Session | None:
        """Close a session that is no longer used; return it, or `None` if there is none.

        It keeps its journal, statistics and queue, loses its records and port, and no longer counts towards the
        limit. Using it again reopens it.
        """
        session = self._by_name.pop(name, None)
        if session is None:
            return self._closed.get(name)
        if session.port is not None:
            self._by_port.pop(session.port, None)
            session.port = None
        session.drop_records()
        self.when_idle(session.journal.stats.pack)
        session.listed_at = time.monotonic_ns()
        self._closed[name] = session
        if len(self._closed) > MAX_CLOSED:
            self._discard_oldest()
        return session

    def _discard_oldest(self) -> None:
        """Discard the session that was closed first."""
        self._closed.pop(next(iter(self._closed))).journal.close()
        self._discarded += 1
        self._note_discarded()

    def _note_discarded(self) -> None:
        """Say in the session that was closed first how many were discarded, so that the verdict does."""
        oldest = next(iter(self._closed.values()), None)
        if oldest is not None and self._discarded:
            count = "a session was" if self._discarded == 1 else f"{self._discarded} sessions were"
            oldest.lost = f"{count} discarded after {MAX_CLOSED} others had been closed"

    def unused_name(self) -> str:
        """Return an unused session name."""
        while True:
            self._generated += 1
            name = f"session-{self._generated}"
            if self.find(name) is None:
                return name

    def reset(self, name: str | None = None) -> list[str]:
        """Reset one session, or all; ports and allowed mistakes are kept. Return the names."""
        return list(self.resetting(name))

    def resetting(self, name: str | None = None) -> Iterator[str]:
        """Reset one session, or all that there are now, one with each step; yield their names."""
        if name is None:
            self._discarded = 0
        for each in [name] if name is not None else [*self._closed, *self._by_name]:
            self._reset(each)
            yield each

    def _reset(self, name: str) -> None:
        session = self._by_name.pop(name, None) or self._closed.pop(name, None)
        if session is None:
            return
        session.journal.close()
        session.queue.clear()
        if session.lost:
            self._note_discarded()
        if session.port is not None or session.allowed:
            renewed = self.get(name)
            renewed.port, renewed.allowed = session.port, session.allowed

    def is_open(self, name: str) -> bool:
        """Return whether a session is open."""
        return name in self._by_name

    def __iter__(self) -> Iterator[Session]:
        """Yield the sessions: closed ones in the order of their closing, then open ones in that of their opening."""
        return iter((*self._closed.values(), *self._by_name.values()))

    def _make(self, name: str) -> Session:
        check_session_name(name)
        if len(self._by_name) >= self.limit and name != DEFAULT_SESSION:
            raise UsageError(f"the limit of {self.limit} sessions is reached: reset some with POST /__admin/reset")
        port, allowed = self._expected.pop(name, (None, ()))
        closed = self._closed.pop(name, None)
        if closed is not None:
            closed.listed_at = time.monotonic_ns()
            self._by_name[name] = closed
            return closed
        session = Session(
            name,
            self.settings,
            SeededValues(self.seed, name),
            Clock(self.now),
            self._kinds,
            self._seeder,
            Journal(self._budget),
            self._records_cap,
        )
        session.port, session.allowed = port, allowed
        session.queue.budget = self._queue_budget
        session.listed_at = time.monotonic_ns()
        self._by_name[name] = session
        self._on_create(session)
        return session
