"""What a verdict is made from: the tallies of sessions, their queues, and the contracts that they are held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract
from crm_mocks.state.journal import Journal, JournalPage
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.session import Session
from crm_mocks.state.stats import SessionStats


@dataclass(frozen=True)
class Evidence:
    """What one session has to say.

    Attributes:
        session: its name, empty where there is none.
        contracts: in force in the session, by vendor.
        waiting: queued answers that wait for their request.
        allowed: names under which the session allows mistakes.
        entry: returns an exchange by its id, or `None` if the journal has given it up.
    """

    session: str
    tally: SessionStats
    contracts: Mapping[str, Contract]
    waiting: tuple[QueuedResponse, ...]
    allowed: tuple[str, ...]
    entry: Callable[[str], JournalEntry | None]


def evidence(suite: MockApp, session: Session) -> Evidence:
    """Return what a session has to say now."""
    return Evidence(
        session=session.name,
        tally=session.journal.stats,
        contracts={name: suite.contract(session, name) for name in suite.vendors},
        waiting=tuple(session.queue.pending()),
        allowed=session.allowed,
        entry=_Lookup(session.journal).find,
    )


def nothing(contracts: Mapping[str, Contract]) -> Evidence:
    """Return what there is to say where no session has been used.

    Args:
        contracts: in force at start, by vendor.
    """
    return Evidence("", SessionStats(), dict(contracts), (), (), lambda _: None)


class _Lookup:
    """Finds exchanges by id, with few looks at the journal: it is prepared when the first is asked for."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._filed: list[JournalPage] = []
        self._newest: dict[int, JournalEntry] | None = None

    def find(self, entry_id: str) -> JournalEntry | None:
        """Return an exchange, or `None` if the journal has given it up."""
        if self._newest is None:
            *self._filed, newest = self._journal.pages()
            self._newest = {entry.number: entry for entry in newest.read()}
        number = int(entry_id.rpartition("-")[2])
        found = self._newest.get(number)
        return self._find_filed(number) if found is None else found

    def _find_filed(self, number: int) -> JournalEntry | None:
        pages = (page for page in self._filed if page.min_number <= number <= page.max_number)
        return next((entry for page in pages for entry in page.read() if entry.number == number), None)
