"""The journal: all exchanges of a session, the newest in memory, older ones in a file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.spill_file import SpillBlock
from crm_mocks.state.stats import SessionStats

__all__ = ["Journal", "JournalEntry", "JournalPage"]


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Consecutive exchanges of a journal, as they were when `Journal.pages` was called.

    Attributes:
        count: number of exchanges.
        min_number, max_number: lowest and highest of their numbers.
        read: returns them, oldest first; none if they have been discarded since.
    """

    count: int
    min_number: float
    max_number: float
    read: Callable[[], Sequence[JournalEntry]]


class Journal:
    """The exchanges of one session.

    When the memory budget is used up, the oldest exchanges move to a file; when the file is full, its oldest are
    discarded. The statistics count all of them.

    Attributes:
        total: number of exchanges so far, discarded ones included.
        stats: counts of all exchanges.
        blocks: the blocks of the file that hold exchanges of this journal.
    """

    def __init__(self, budget: JournalBudget | None = None) -> None:
        """Create an empty journal.

        Args:
            budget: memory and file shared with the journals of other sessions; by default a budget of its own.
        """
        self.total = 0
        self.stats = SessionStats()
        self.blocks: deque[SpillBlock] = deque()
        self._budget = budget or JournalBudget()
        self._entries: deque[JournalEntry] = deque()
        self._sizes: deque[int] = deque()
        self._closed = False

    def next_number(self) -> int:
        """Return the number of the next exchange, counting from 1."""
        self.total += 1
        return self.total

    def append(self, entry: JournalEntry) -> None:
        """Add a completed exchange."""
        if self._closed:
            return
        self.stats.count(entry)
        size = entry.size
        self._entries.append(entry)
        self._sizes.append(size)
        self._budget.on_added(self, entry, size)

    def pages(self) -> list[JournalPage]:
        """Return the stored exchanges as pages that are read one at a time, oldest first."""
        read = self._budget.file.read
        pages = [
            JournalPage(block.count, block.min_number, block.max_number, partial(read, block))
            for block in tuple(self.blocks)
        ]
        newest = tuple(self._entries)
        return [*pages, JournalPage(len(newest), 0, float("inf"), lambda: newest)]

    def entries(self, predicate: Callable[[JournalEntry], bool] = lambda _: True) -> Iterator[JournalEntry]:
        """Yield the stored exchanges that satisfy a predicate, oldest first, reading lazily."""
        for page in self.pages():
            yield from filter(predicate, page.read())

    def clear(self) -> None:
        """Remove all exchanges and counts; numbering continues."""
        self._budget.on_cleared(self, sum(self._sizes))
        self._entries.clear()
        self._sizes.clear()
        self.stats = SessionStats()

    def close(self) -> None:
        """Remove all exchanges and ignore those still in progress, since the session has ended."""
        self.clear()
        self._closed = True

    def pop_oldest(
        self, max_bytes: int, max_entries: int, newest: JournalEntry | None
    ) -> tuple[list[JournalEntry], int]:
        """See `BudgetedJournal.pop_oldest`."""
        oldest: list[JournalEntry] = []
        size = 0
        while self._entries and self._entries[0] is not newest and size < max_bytes and len(oldest) < max_entries:
            oldest.append(self._entries.popleft())
            size += self._sizes.popleft()
        return oldest, size

    @property
    def in_memory(self) -> int:
        """Number of exchanges in memory."""
        return len(self._entries)
