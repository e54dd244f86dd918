"""The record of a mock session: statistics, journal, queue and contracts in force."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from copy import copy

import msgspec
from msgspec.structs import replace

from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract
from crm_mocks.state.journal import JournalPage
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.response_queue import QueuedResponse
from crm_mocks.state.session import Session
from crm_mocks.state.stats import SessionStats


class SessionRecord(msgspec.Struct, frozen=True):
    """The record of one session.

    Attributes:
        session: name of the session; empty if there is none.
        stats: statistics of all exchanges.
        contracts: contracts in force, by vendor.
        pending: queued responses that have not been used up.
        allowed: names of mistakes allowed in the session.
        entries: returns journal entries by number, in one pass, without those that the journal has dropped, and without
            the bodies of responses, which no finding shows.
        lost: what is missing for a verdict, as a sentence; empty if nothing. See `Session`.
    """

    session: str
    stats: SessionStats
    contracts: Mapping[str, Contract]
    pending: tuple[QueuedResponse, ...]
    allowed: tuple[str, ...]
    entries: Callable[[frozenset[int]], Mapping[int, JournalEntry]]
    lost: str = ""


def session_record(mock_app: MockApp, session: Session, *, snapshot: bool = False) -> SessionRecord:
    """Return the current record of a session.

    Args:
        mock_app: mocks of the session.
        session: the session.
        snapshot: return a record that stays as it is, and that another thread may judge.
    """
    journal = session.journal
    pages = journal.pages() if snapshot else None
    return SessionRecord(
        session=session.name,
        stats=journal.stats.copied() if snapshot else journal.stats,
        contracts={name: mock_app.contract(session, name) for name in mock_app.vendors},
        pending=tuple(map(copy, session.queue.pending()) if snapshot else session.queue.pending()),
        allowed=session.allowed,
        entries=lambda numbers: _entries(journal.pages() if pages is None else pages, numbers),
        lost=session.lost,
    )


def empty_record(contracts: Mapping[str, Contract]) -> SessionRecord:
    """Return the record of an unused session.

    Args:
        contracts: contracts in force at start, by vendor.
    """
    return SessionRecord("", SessionStats(), dict(contracts), (), (), lambda _: {})


def _entries(pages: Iterable[JournalPage], numbers: frozenset[int]) -> dict[int, JournalEntry]:
    """Return entries by number, reading only the pages of the journal that may contain them."""
    sorted_numbers = sorted(numbers)
    entries: dict[int, JournalEntry] = {}
    for page in pages if sorted_numbers else ():
        index = bisect_left(sorted_numbers, page.min_number)
        if index < len(sorted_numbers) and sorted_numbers[index] <= page.max_number:
            found = [entry for entry in page.read() if entry.number in numbers]
            entries.update((entry.number, replace(entry, response_body=b"")) for entry in found)
    return entries
