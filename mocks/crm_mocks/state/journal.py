"""The journal: every exchange of a session, the newest in memory, older ones in a file."""

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
    """Some exchanges of a journal, one after the other, as they were when the pages were asked for.

    Attributes:
        count: how many they are.
        low, high: bounds of their numbers.
        read: returns them, the oldest first; none if they have been given up meanwhile.
    """

    count: int
    low: float
    high: float
    read: Callable[[], Sequence[JournalEntry]]


class Journal:
    """The exchanges of one session.

    When the shelf is full, the oldest move to its file, and the oldest of these are given up in time. The tally counts
    them all, whatever became of them.

    Attributes:
        total: how many exchanges there have been, those given up included.
        stats: what they come to.
        blocks: where those stand that are in the file.
    """

    def __init__(self, shelf: JournalBudget | None = None) -> None:
        """Begin a journal.

        Args:
            shelf: what it shares with the journals of other sessions; one of its own if none is given.
        """
        self.total = 0
        self.stats = SessionStats()
        self.blocks: deque[SpillBlock] = deque()
        self._shelf = shelf or JournalBudget()
        self._entries: deque[JournalEntry] = deque()
        self._sizes: deque[int] = deque()
        self._closed = False

    def number(self) -> int:
        """Return the number of the exchange that begins now."""
        self.total += 1
        return self.total

    def append(self, entry: JournalEntry) -> None:
        """Add a finished exchange."""
        if self._closed:
            return
        self.stats.count(entry)
        size = entry.size
        self._entries.append(entry)
        self._sizes.append(size)
        self._shelf.added(self, entry, size)

    def pages(self) -> list[JournalPage]:
        """Return the exchanges kept, the oldest first, in parts that are read one at a time."""
        read = self._shelf.file.read
        pages = [JournalPage(block.count, block.low, block.high, partial(read, block)) for block in tuple(self.blocks)]
        newest = tuple(self._entries)
        return [*pages, JournalPage(len(newest), 0, float("inf"), lambda: newest)]

    def entries(self, wanted: Callable[[JournalEntry], bool] = lambda _: True) -> Iterator[JournalEntry]:
        """Yield the exchanges kept that are wanted, the oldest first, read as they are asked for."""
        for page in self.pages():
            yield from filter(wanted, page.read())

    def clear(self) -> None:
        """Forget all exchanges; numbers go on."""
        self._shelf.cleared(self, sum(self._sizes))
        self._entries.clear()
        self._sizes.clear()
        self.stats = SessionStats()

    def close(self) -> None:
        """Forget all exchanges, those too that are still under way: the session is no more."""
        self.clear()
        self._closed = True

    def give(self, most_bytes: int, most_entries: int, newest: JournalEntry | None) -> tuple[list[JournalEntry], int]:
        """See `Shelved.give`."""
        run: list[JournalEntry] = []
        size = 0
        while self._entries and self._entries[0] is not newest and size < most_bytes and len(run) < most_entries:
            run.append(self._entries.popleft())
            size += self._sizes.popleft()
        return run, size

    @property
    def in_memory(self) -> int:
        """How many exchanges are in memory."""
        return len(self._entries)
