"""The journal of a shared session: numbers and statistics are in each copy, exchanges are read when they are needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from crm_mocks.state.entry_codec import encode_entry
from crm_mocks.state.journal import Journal
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.shared.stats import EXCHANGE, SharedStats, exchange_change, exchange_of
from crm_mocks.state.shared.transaction import Change, Recorder

TOTAL: Final = "total"


class SharedJournal(Journal):
    """A journal whose exchanges are stored by the server, oldest first by number, which has no gaps.

    Attributes:
        loaded: number of the latest exchange that has been read from the server.
    """

    def __init__(self, recorder: Recorder, session: str, budget: JournalBudget) -> None:
        """Create an empty journal.

        Args:
            recorder: records the changes of the session.
            session: name of the session.
            budget: memory and file for exchanges that have been read.
        """
        super().__init__(budget)
        self._recorder = recorder
        self._session = session
        self._counted = 0  # number of the latest exchange that is stored
        self._latest = 0  # the same, with the transaction that is open
        self.stats: SharedStats = SharedStats(recorder)
        self.loaded = 0

    def append(self, entry: JournalEntry) -> None:
        """Add a completed exchange to the transaction; it is counted when that is committed."""
        self._recorder.open.add_exchange(encode_entry(entry), entry, exchange_change(entry))
        self._latest = entry.number

    def forget_unused_numbers(self) -> None:
        """Take back the numbers of requests that left no exchange."""
        self.total = self._latest

    def forget_uncommitted_numbers(self) -> None:
        """Take back the numbers of exchanges that were rolled back, too."""
        self.total = self._latest = self._counted

    def apply(self, change: Change) -> bool:
        """Apply a change of the log, by whichever process; return whether it is one of a journal."""
        if change[0] == EXCHANGE:
            entry = exchange_of(change, self._session)
            self.stats.count(entry)
            self._counted = entry.number
        elif change[0] == TOTAL:
            self._counted = change[1]
        else:
            return self.stats.apply(change)
        self.total = self._latest = self._counted
        return True

    def snapshot(self) -> Sequence[Change]:
        """Return changes that give an empty journal these numbers and statistics."""
        return [[TOTAL, self._counted], *self.stats.snapshot()]

    def add_loaded(self, encoded: Sequence[bytes], first: int) -> None:
        """Keep exchanges that have been read from the server.

        Args:
            encoded: the exchanges.
            first: number of the first one.
        """
        for number, entry in enumerate(encoded, first):
            self._keep(entry, number)
        self.loaded = first + len(encoded) - 1
