"""The memory that the journals of a process share, and the file for what exceeds it."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final, Protocol

from crm_mocks.state.spill_file import SpillBlock, SpillFile

JOURNAL_BYTES: Final = 64 * 1024 * 1024
SPILL_BYTES: Final = 1024 * 1024 * 1024
_BATCH_BYTES: Final = 64 * 1024
_MIN_BLOCKS: Final = 256
_MEMORY_BYTES_PER_BLOCK: Final = 2048
"""Memory budget for which one block of the file is indexed; the index entry takes about a tenth of that."""


class BudgetedJournal(Protocol):
    """A journal as the budget sees it."""

    blocks: deque[SpillBlock]

    def pop_oldest(self, max_bytes: int, newest: bytes | None) -> tuple[list[bytes], list[int], int]:
        """Remove the oldest exchanges in memory; return them, their numbers and their size; stop before `newest`."""

    @property
    def in_memory(self) -> int:
        """Number of exchanges in memory."""


class JournalBudget:
    """Keeps the journals of a process within a memory limit by moving the oldest exchanges to a file.

    Attributes:
        bytes: size of the exchanges in memory.
        file: holds the older exchanges.
    """

    def __init__(self, journal_bytes: int = JOURNAL_BYTES, spill_bytes: int = SPILL_BYTES) -> None:
        """Set the limits.

        Args:
            journal_bytes: memory limit in bytes; the newest exchange stays in memory whatever its size.
            spill_bytes: limit of the file in bytes; 0 disables the file.
        """
        self.bytes = 0
        self.file = SpillFile(spill_bytes, max(_MIN_BLOCKS, journal_bytes // _MEMORY_BYTES_PER_BLOCK))
        self._max_bytes = journal_bytes
        self._batch_bytes = min(_BATCH_BYTES, journal_bytes // 16)
        self._entry_count = 0
        self._newest: bytes | None = None
        self._journals: OrderedDict[BudgetedJournal, None] = OrderedDict()

    def on_added(self, journal: BudgetedJournal, encoded: bytes, size: int) -> None:
        """Count an exchange that a journal has added, and move older ones to the file if necessary."""
        self._newest = encoded
        self._entry_count += 1
        self.bytes += size
        self._journals.setdefault(journal)
        if self.bytes > self._max_bytes:
            self._spill()

    def on_cleared(self, journal: BudgetedJournal, size: int) -> None:
        """Release the memory and the file blocks of a journal that is being cleared.

        Args:
            journal: the journal, not cleared yet.
            size: bytes of its exchanges in memory.
        """
        self._entry_count -= journal.in_memory
        self.bytes -= size
        self._journals.pop(journal, None)
        self.file.forget(journal.blocks)

    def _spill(self) -> None:
        """Move exchanges to the file, the oldest of each journal in turn, which needs no search."""
        while self.bytes > self._max_bytes and self._entry_count > 1:
            journal = next(iter(self._journals))
            batch, numbers, size = journal.pop_oldest(self._batch_bytes, self._newest)
            if batch:
                self._entry_count -= len(batch)
                self.bytes -= size
                self.file.write(batch, numbers, journal.blocks)
            if journal.in_memory:
                self._journals.move_to_end(journal)
            else:
                del self._journals[journal]
