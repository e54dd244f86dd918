"""The room that the journals of a process share: so many bytes of memory, and beyond these a file."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Final, Protocol

from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.state.spill_file import SpillBlock, SpillFile

JOURNAL_BYTES: Final = 64 * 1024 * 1024
SPILL_BYTES: Final = 1024 * 1024 * 1024
_RUN_BYTES: Final = 64 * 1024
_RUN_ENTRIES: Final = 32
_LEAST_BLOCKS: Final = 256
_BYTES_A_BLOCK: Final = 2048
"""For so many bytes of memory one block of the file is remembered, which takes a tenth of them."""


class BudgetedJournal(Protocol):
    """What the shelf asks of a journal."""

    blocks: deque[SpillBlock]

    def give(self, most_bytes: int, most_entries: int, newest: JournalEntry | None) -> tuple[list[JournalEntry], int]:
        """Hand over the oldest exchanges in memory, and tell their size; stop before the newest."""

    @property
    def in_memory(self) -> int:
        """How many exchanges are in memory."""


class JournalBudget:
    """Keeps the journals of a process within their bytes: the oldest exchanges go to a file.

    Attributes:
        bytes: what the exchanges in memory are counted with.
        file: where the others are.
    """

    def __init__(self, journal_bytes: int = JOURNAL_BYTES, spill_bytes: int = SPILL_BYTES) -> None:
        """Set the bounds.

        Args:
            journal_bytes: most bytes of memory; the newest exchange stays in memory whatever its size.
            spill_bytes: most bytes of the file; 0 is no file.
        """
        self.bytes = 0
        self.file = SpillFile(spill_bytes, max(_LEAST_BLOCKS, journal_bytes // _BYTES_A_BLOCK))
        self._cap = journal_bytes
        self._run_bytes = min(_RUN_BYTES, journal_bytes // 16)
        self._kept = 0
        self._newest: JournalEntry | None = None
        self._journals: OrderedDict[BudgetedJournal, None] = OrderedDict()

    def added(self, journal: BudgetedJournal, entry: JournalEntry, size: int) -> None:
        """Take note of an exchange that a journal has added, and make room for it."""
        self._newest = entry
        self._kept += 1
        self.bytes += size
        if journal.in_memory == 1:
            self._journals[journal] = None
        if self.bytes > self._cap:
            self._make_room()

    def cleared(self, journal: BudgetedJournal, size: int) -> None:
        """Take note that a journal forgets its exchanges, of which those in memory have this size."""
        self._kept -= journal.in_memory
        self.bytes -= size
        self._journals.pop(journal, None)
        self.file.forget(journal.blocks)

    def _make_room(self) -> None:
        """Move exchanges to the file.

        The journals take turns, each with its oldest ones, so that finding the next needs no search.
        """
        while self.bytes > self._cap and self._kept > 1:
            journal = next(iter(self._journals))
            run, size = journal.give(self._run_bytes, _RUN_ENTRIES, self._newest)
            if run:
                self._kept -= len(run)
                self.bytes -= size
                self.file.write(run, journal.blocks)
            if journal.in_memory:
                self._journals.move_to_end(journal)
            else:
                del self._journals[journal]
