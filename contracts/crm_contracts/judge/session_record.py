"""What a mock session recorded: statistics, journal, queue, and the contracts in force."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract
from crm_mocks.state.journal import Journal
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.session import Session
from crm_mocks.state.stats import SessionStats


@dataclass(frozen=True)
class SessionRecord:
    """What one session recorded.

    Attributes:
        session: its name; empty if there is none.
        stats: counts of all exchanges.
        contracts: in force in the session, by vendor.
        waiting: queued responses that wait for their request.
        allowed: names of mistakes that the session allows.
        entries: returns exchanges by their numbers, in one pass; those that the journal has dropped are missing.
    """

    session: str
    stats: SessionStats
    contracts: Mapping[str, Contract]
    waiting: tuple[QueuedResponse, ...]
    allowed: tuple[str, ...]
    entries: Callable[[frozenset[int]], Mapping[int, JournalEntry]]


def session_record(mock_app: MockApp, session: Session) -> SessionRecord:
    """Return what a session recorded so far."""
    journal = session.journal
    return SessionRecord(
        session=session.name,
        stats=journal.stats,
        contracts={name: mock_app.contract(session, name) for name in mock_app.vendors},
        waiting=tuple(session.queue.pending()),
        allowed=session.allowed,
        entries=lambda numbers: _entries(journal, numbers),
    )


def unused_session(contracts: Mapping[str, Contract]) -> SessionRecord:
    """Return the record of a session that was never used.

    Args:
        contracts: in force at start, by vendor.
    """
    return SessionRecord("", SessionStats(), dict(contracts), (), (), lambda _: {})


def _entries(journal: Journal, numbers: frozenset[int]) -> dict[int, JournalEntry]:
    """Return entries by number: each page of the journal is read once at most, and only if it may hold one."""
    wanted = sorted(numbers)
    found: dict[int, JournalEntry] = {}
    for page in journal.pages() if wanted else ():
        place = bisect_left(wanted, page.min_number)
        if place < len(wanted) and wanted[place] <= page.max_number:
            found.update((entry.number, entry) for entry in page.read() if entry.number in numbers)
    return found
