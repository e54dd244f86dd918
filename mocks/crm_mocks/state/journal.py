"""The journal: all exchanges of a session as bytes, the newest in memory, older ones in a file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

import msgspec

from crm_mocks.state.entry_codec import decode_entries, encode_entry
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.spill_file import SpillBlock
from crm_mocks.state.stats import SessionStats

__all__ = ["Journal", "JournalEntry", "JournalPage"]

_PAGE_ENTRIES: Final = 64
"""Exchanges in memory that are decoded at once when they are read."""

_OVERHEAD: Final = 90
"""Memory of an exchange besides its bytes, in bytes."""


class JournalPage(msgspec.Struct, frozen=True):
    """Consecutive exchanges of a journal, as they were when `Journal.pages` was called.

    Attributes:
        count: number of exchanges.
        min_number, max_number: lowest and highest of their numbers.
        read: returns them, oldest first; none if they have been discarded since.
        place: equal for pages of the same journal that begin with the same exchange.
    """

    count: int
    min_number: int
    max_number: int
    read: Callable[[], Sequence[JournalEntry]]
    place: object


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
        self._entries: list[bytes] = []  # an empty deque takes ten times the memory, and most sessions are short
        self._numbers: list[int] = []
        self._first = 0  # position of the first exchange in memory; the first one of the journal had the position 0
        self._bytes = 0
        self._closed = False

    def next_number(self) -> int:
        """Return the number of the next exchange, counting from 1."""
        self.total += 1
        return self.total

    def append(self, entry: JournalEntry) -> None:
        """Add a completed exchange, which has been redacted."""
        if self._closed:
            return
        self.stats.count(entry)
        self._keep(encode_entry(entry), entry.number)

    def _keep(self, encoded: bytes, number: int) -> None:
        """Keep the bytes of an exchange in memory."""
        size = len(encoded) + _OVERHEAD
        self._entries.append(encoded)
        self._numbers.append(number)
        self._bytes += size
        self._budget.on_added(self, encoded, size)

    def pages(self, *, held: bool = True) -> list[JournalPage]:
        """Return the stored exchanges as pages that are read one at a time, oldest first.

        Args:
            held: the pages hold the exchanges that are in memory, so that another thread may read them; otherwise
                those that have moved to the file in the meantime are read there.
        """
        read = self._budget.file.read
        pages = [
            JournalPage(block.count, block.min_number, block.max_number, partial(read, block), block)
            for block in tuple(self.blocks)
        ]
        newest, numbers = tuple(self._entries), tuple(self._numbers)
        begun = self._first % _PAGE_ENTRIES if newest else 0  # pages end at the same positions each time
        for start in range(-begun, len(newest), _PAGE_ENTRIES):
            part = slice(max(0, start), start + _PAGE_ENTRIES)
            page, place = numbers[part], self._first + part.start
            read_page = partial(_decode, newest[part]) if held else partial(self._read, place, page)
            pages.append(JournalPage(len(page), min(page), max(page), read_page, place))
        return pages

    def _read(self, position: int, numbers: Sequence[int]) -> Sequence[JournalEntry]:
        """Return exchanges that were in memory; those that have moved to the file are read there.

        Args:
            position: position of the first of them.
            numbers: their numbers.
        """
        start = position - self._first
        end = start + len(numbers)
        in_memory = _decode(self._entries[max(start, 0) : max(end, 0)])
        if start >= 0:
            return in_memory
        lowest, highest = min(numbers), max(numbers)
        blocks = [each for each in self.blocks if each.min_number <= highest and each.max_number >= lowest]
        moved = (entry for block in blocks for entry in self._budget.file.read(block))
        return [*(entry for entry in moved if entry.number in numbers), *in_memory]

    def entries(self, predicate: Callable[[JournalEntry], bool] = lambda _: True) -> Iterator[JournalEntry]:
        """Yield the stored exchanges that satisfy a predicate, oldest first, reading lazily."""
        for page in self.pages():
            yield from filter(predicate, page.read())

    def clear(self) -> None:
        """Remove all exchanges and counts; numbering continues."""
        self._budget.on_cleared(self, self._bytes)
        self._first += len(self._entries)
        self._entries.clear()
        self._numbers.clear()
        self._bytes = 0
        self.stats = SessionStats()

    def close(self) -> None:
        """Remove all exchanges and ignore those still in progress, since the session has ended."""
        self.clear()
        self._closed = True

    def pop_oldest(self, max_bytes: int, newest: bytes | None) -> tuple[list[bytes], list[int], int]:
        """See `BudgetedJournal.pop_oldest`."""
        count = size = 0
        for encoded in self._entries:
            if encoded is newest or size >= max_bytes:
                break
            count += 1
            size += len(encoded) + _OVERHEAD
        self._bytes -= size
        self._first += count
        entries, numbers = self._entries[:count], self._numbers[:count]
        del self._entries[:count], self._numbers[:count]
        return entries, numbers, size

    @property
    def in_memory(self) -> int:
        """Number of exchanges in memory."""
        return len(self._entries)


def _decode(encoded: Sequence[bytes]) -> Sequence[JournalEntry]:
    return decode_entries(b"".join(encoded))
