"""The file that holds the oldest exchanges when the journals of a process exceed their memory."""

from __future__ import annotations

import errno
import logging
import os
import tempfile
import threading
import time
import weakref
from collections import deque
from typing import IO, Final

import msgspec

from crm_mocks.state.entry_codec import decode_entries
from crm_mocks.state.journal_entry import JournalEntry

log = logging.getLogger("crm_mocks")

RETRY_SECONDS: Final = 5.0
"""How long nothing is written after a write has failed: the disk may have room again."""


class SpillBlock(msgspec.Struct, eq=False):
    """Consecutive exchanges of one session in the file.

    Attributes:
        session_blocks: all blocks of the session, oldest first; includes this one until it is discarded.
        offset, length: position in the file, in bytes.
        count: number of exchanges.
        min_number, max_number: lowest and highest of their numbers.
        discarded: removed, or overwritten by another block.
    """

    session_blocks: deque[SpillBlock]
    offset: int
    length: int
    count: int
    min_number: int
    max_number: int
    discarded: bool = False


class SpillFile:
    """A private file used as a ring buffer: when it is full, the oldest blocks are discarded.

    It is created when first needed, without a name where the system supports that, so that it disappears with the
    process however that ends.
    """

    def __init__(self, max_bytes: int, max_blocks: int) -> None:
        """Set the limits; the file is created later.

        Args:
            max_bytes: maximum size of the file in bytes; 0 disables it.
            max_blocks: maximum number of blocks, which bounds the memory for their index.
        """
        self._max_bytes = max_bytes
        self._max_blocks = max_blocks
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()  # makes seek and read one step: journals may be read from any thread
        self._blocks: deque[SpillBlock] = deque()
        self._live = 0
        self._end = 0
        self._is_failing = False
        self._retry_at = 0.0

    def write(self, entries: list[bytes], numbers: list[int], session_blocks: deque[SpillBlock]) -> None:
        """Write exchanges of one session to the file; discard them if that is impossible.

        Args:
            entries: at least one exchange, encoded.
            numbers: their numbers.
            session_blocks: blocks of the session; the new block is appended.
        """
        if not self._max_bytes or time.monotonic() < self._retry_at:
            return
        data = b"".join(entries)
        if len(data) > self._max_bytes:
            return
        try:
            offset = self._reserve(len(data))
            with self._lock:
                file = self._open()
                file.seek(offset)
                if file.write(data) != len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            if not self._is_failing:
                log.warning("cannot write the journal to disk (%s): its oldest entries are discarded", error.strerror)
            self._is_failing = True
            self._retry_at = time.monotonic() + RETRY_SECONDS
            return
        if self._is_failing:
            self._is_failing = False
            log.warning("the journal is written to disk again")
        self._end = offset + len(data)
        block = SpillBlock(session_blocks, offset, len(data), len(entries), min(numbers), max(numbers))
        self._blocks.append(block)
        session_blocks.append(block)
        self._live += 1

    def read(self, block: SpillBlock) -> list[JournalEntry]:
        """Return the exchanges of a block; none if it has been discarded."""
        with self._lock:
            if self._file is None or block.discarded:
                return []
            self._file.seek(block.offset)
            data = self._file.read(block.length)  # still valid: a block is marked before it is overwritten
        return decode_entries(data)

    def forget(self, session_blocks: deque[SpillBlock]) -> None:
        """Discard the blocks of a session; empty the file when none are left."""
        for block in session_blocks:
            block.discarded = True
        self._live -= len(session_blocks)
        session_blocks.clear()
        if not self._live:
            self._blocks.clear()
            self._end = 0
            with self._lock:
                if self._file is not None:
                    self._file.truncate(0)

    def _reserve(self, length: int) -> int:
        """Return the offset for the next block, discarding the blocks there."""
        while len(self._blocks) >= self._max_blocks:
            self._discard_oldest()
        if self._end + length > self._max_bytes:
            while self._blocks and self._blocks[0].offset >= self._end:
                self._discard_oldest()
            self._end = 0
        while self._blocks and self._end <= self._blocks[0].offset < self._end + length:
            self._discard_oldest()
        return self._end

    def _discard_oldest(self) -> None:
        block = self._blocks.popleft()
        if not block.discarded:
            block.discarded = True
            block.session_blocks.popleft()  # a session's blocks are in file order, so this is its first
            self._live -= 1

    def _open(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="crm-mocks-journal-", buffering=0)  # noqa: SIM115  # stays open
            weakref.finalize(self, self._file.close)
        return self._file
