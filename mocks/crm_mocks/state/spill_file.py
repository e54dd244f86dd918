"""The file that the oldest exchanges move to when the journals of a process are full."""

from __future__ import annotations

import errno
import logging
import os
import tempfile
import threading
import weakref
from collections import deque
from dataclasses import dataclass
from typing import IO

from crm_mocks.state.entry_codec import decode_entries, encode_entries
from crm_mocks.state.journal_entry import JournalEntry

log = logging.getLogger("crm_mocks")


@dataclass(slots=True, eq=False)
class SpillBlock:
    """Some exchanges of one session in the file, one after the other.

    Attributes:
        home: the session's blocks, the oldest first; this one is among them until it is gone.
        offset, length: where it stands, in bytes.
        head: length of its first part, see `stored`.
        count: how many exchanges.
        low, high: least and greatest of their numbers.
        gone: forgotten, or its place is used by another.
    """

    home: deque[SpillBlock]
    offset: int
    length: int
    head: int
    count: int
    low: int
    high: int
    gone: bool = False


class SpillFile:
    """A private file, used as a ring: when it is full, the oldest blocks are given up.

    It comes into being when first needed and has no name where the system allows that, so that it is gone with the
    process, whatever ends that.
    """

    def __init__(self, cap_bytes: int, most_blocks: int) -> None:
        """Lay out the ring.

        Args:
            cap_bytes: most bytes that the file takes; 0 is no file.
            most_blocks: how many blocks are remembered, which bounds the memory that this takes.
        """
        self._cap = cap_bytes
        self._most_blocks = most_blocks
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()  # position and bytes belong together: journals may be read from any thread
        self._blocks: deque[SpillBlock] = deque()
        self._live = 0
        self._end = 0

    def write(self, entries: list[JournalEntry], home: deque[SpillBlock]) -> None:
        """Put exchanges of one session into the file; where that cannot be, they are given up.

        Args:
            entries: at least one.
            home: the session's blocks, which the new one joins.
        """
        if not self._cap:
            return
        data, head = encode_entries(entries)
        if len(data) > self._cap:
            return
        numbers = [entry.number for entry in entries]
        try:
            offset = self._room(len(data))
            with self._lock:
                file = self._opened()
                file.seek(offset)
                if file.write(data) != len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            self._cap = 0
            log.warning("the journal has no more room on disk (%s): from now on its oldest entries go", error.strerror)
            return
        self._end = offset + len(data)
        block = SpillBlock(home, offset, len(data), head, len(entries), min(numbers), max(numbers))
        self._blocks.append(block)
        home.append(block)
        self._live += 1

    def read(self, block: SpillBlock) -> list[JournalEntry]:
        """Return a block's exchanges; none if it is gone."""
        with self._lock:
            if self._file is None or block.gone:
                return []
            self._file.seek(block.offset)
            data = self._file.read(block.length)  # still the block's own: it is marked before it is overwritten
        return decode_entries(data, block.head)

    def forget(self, home: deque[SpillBlock]) -> None:
        """Forget the blocks of a session; once there are none at all, the file is empty again."""
        for block in home:
            block.gone = True
        self._live -= len(home)
        home.clear()
        if not self._live:
            self._blocks.clear()
            self._end = 0
            with self._lock:
                if self._file is not None:
                    self._file.truncate(0)

    def _room(self, length: int) -> int:
        """Return where the next block goes; what stands there is given up."""
        while len(self._blocks) >= self._most_blocks:
            self._give_up_oldest()
        if self._end + length > self._cap:
            while self._blocks and self._blocks[0].offset >= self._end:
                self._give_up_oldest()
            self._end = 0
        while self._blocks and self._end <= self._blocks[0].offset < self._end + length:
            self._give_up_oldest()
        return self._end

    def _give_up_oldest(self) -> None:
        block = self._blocks.popleft()
        if not block.gone:
            block.gone = True
            block.home.popleft()  # a session's blocks are in the file's order: it is the first of them, too
            self._live -= 1

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="crm-mocks-journal-", buffering=0)  # noqa: SIM115  # stays open
            weakref.finalize(self, self._file.close)
        return self._file
