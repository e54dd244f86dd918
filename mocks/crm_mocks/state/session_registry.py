"""The sessions of a process: each springs into being at first use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from crm_mocks.errors import UsageError
from crm_mocks.settings import Settings
from crm_mocks.state.clock import Clock
from crm_mocks.state.journal import Journal
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.records import RecordKind
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Seeder, Session

DEFAULT_SESSION: Final = "default"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")


class SessionRegistry:
    """All sessions, by name and by port.

    Attributes:
        settings: what a new session starts with.
        limit: how many sessions there may be.
    """

    def __init__(  # noqa: PLR0913  # each is an option of its own, all by keyword
        self,
        *,
        seed: int,
        now: datetime | None,
        settings: Settings,
        kinds: Mapping[str, Mapping[str, RecordKind]],
        seeder: Seeder,
        begin: Callable[[Session], None] = lambda _: None,
        limit: int = 10_000,
        records_cap: int = 100_000,
        shelf: JournalBudget | None = None,
    ) -> None:
        """Begin without any.

        Args:
            seed: of all generated values.
            now: moment at which each session's clock stands still; `None` follows the wall's.
            settings: what a new session starts with.
            kinds: the kinds of record, by vendor and name.
            seeder: puts a vendor's starting records into a session.
            begin: called with each session that begins, be it anew after a reset.
            limit: how many sessions there may be.
            records_cap: how many records of a kind may be added to a session.
            shelf: what their journals share.
        """
        self.seed = seed
        self.now = now
        self.settings = settings
        self.limit = limit
        self._records_cap = records_cap
        self._shelf = JournalBudget() if shelf is None else shelf
        self._kinds = kinds
        self._seeder = seeder
        self._begin = begin
        self._by_name: dict[str, Session] = {}
        self._closed: dict[str, Session] = {}
        self._by_port: dict[int, str] = {}
        self._made = 0

    def get(self, name: str) -> Session:
        """Return the session of that name, new if need be.

        Raises:
            UsageError: the name cannot be a session's, or there are too many sessions.
        """
        session = self._by_name.get(name)
        return session if session is not None else self._make(name)

    def known(self, name: str) -> Session | None:
        """Return the session if it has been used, be it closed by now."""
        return self._by_name.get(name) or self._closed.get(name)

    def at_port(self, port: int) -> str | None:
        """Return the name of the session that has this port to itself."""
        return self._by_port.get(port)

    def bind(self, name: str, port: int) -> None:
        """Give a session a port of its own."""
        self.get(name).port = port
        self._by_port[port] = name

    def close(self, name: str) -> Session | None:
        """Close a session that nobody will use any more; return it, or `None` if there is none.

        It keeps its journal, its queue and what they come to, but neither records nor port, and no longer counts
        towards the limit. Used again, it is open again.
        """
        session = self._by_name.pop(name, None)
        if session is None:
            return self._closed.get(name)
        if session.port is not None:
            self._by_port.pop(session.port, None)
            session.port = None
        session.drop_records()
        self._closed[name] = session
        return session

    def fresh_name(self) -> str:
        """Return a name that no session has."""
        while True:
            self._made += 1
            name = f"session-{self._made}"
            if self.known(name) is None:
                return name

    def reset(self, name: str | None = None) -> None:
        """Forget a session's state, or that of all; port and allowed mistakes stay."""
        for each in [name] if name is not None else [*self._by_name, *self._closed]:
            session = self._by_name.pop(each, None) or self._closed.pop(each, None)
            if session is not None:
                session.journal.close()
                if session.port is not None or session.allowed:
                    again = self.get(each)
                    again.port, again.allowed = session.port, session.allowed

    def __iter__(self) -> Iterator[Session]:
        return iter((*self._closed.values(), *self._by_name.values()))

    def _make(self, name: str) -> Session:
        if not _NAME.fullmatch(name):
            raise UsageError("a session's name has 1 to 100 letters, digits, dots, hyphens or underscores")
        if len(self._by_name) >= self.limit:
            raise UsageError(f"there are {self.limit} sessions already: reset some with POST /__admin/reset")
        closed = self._closed.pop(name, None)
        if closed is not None:
            self._by_name[name] = closed
            return closed
        session = Session(
            name,
            self.settings,
            SeededValues(self.seed, name),
            Clock(self.now),
            self._kinds,
            self._seeder,
            Journal(self._shelf),
            self._records_cap,
        )
        self._by_name[name] = session
        self._begin(session)
        return session
