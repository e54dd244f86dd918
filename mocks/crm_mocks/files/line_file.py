"""Append-only files of lines: each line is there as a whole or not at all, whenever the process is killed."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

from crm_mocks.files.writing import REMOVED, is_removed

_FLAGS: Final = (
    os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
)  # reads the last byte; does not wait for the reader of a pipe
_MODE: Final = 0o600

_opened: list[LineFile] = []
"""Files of this process that are open, or lack lines."""


class LineFile:
    """A file that several processes may append to.

    Each line is written by one system call, so lines of several processes do not mix. Where only a part was written,
    because the process was killed or the disk was full, the next line begins after a line break, and readers skip the
    part.

    Attributes:
        lost: number of lines that could not be written.
    """

    def __init__(self, path: Path) -> None:
        """Open the file; if it does not exist, create it, readable by its owner only.

        Raises:
            OSError: it cannot be written, or is not a regular file.
        """
        self.path = path
        self.lost = 0
        self._written = 0
        self._why = ""
        self._descriptor = os.open(path, _FLAGS, _MODE)
        found = os.fstat(self._descriptor)
        if not stat.S_ISREG(found.st_mode):
            os.close(self._descriptor)
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        _opened.append(self)

    def beginning(self, size: int) -> bytes:
        """Return the first bytes of the file."""
        return os.pread(self._descriptor, size, 0)

    def append(self, line: bytes) -> None:
        """Append a line; count it as lost if it cannot be written.

        Args:
            line: without line feeds.
        """
        try:
            record = b"\n%s\n" % line if self._is_cut() else b"%s\n" % line
            written = os.write(self._descriptor, record)
        except OSError as error:
            self._lose(error.strerror or str(error))
            return
        if written < len(record):
            self._lose(os.strerror(errno.ENOSPC))
        else:
            self._written += 1

    def _is_cut(self) -> bool:
        """Return whether the last line is incomplete, whichever process has begun it."""
        size = os.fstat(self._descriptor).st_size
        return bool(size) and os.pread(self._descriptor, 1, size - 1) != b"\n"

    def _look_for_removal(self) -> None:
        """Count all lines as lost if the file is gone; one that was moved is not."""
        if self._written and self._descriptor >= 0 and is_removed(self._descriptor):
            self.lost += self._written
            self._written = 0
            self._why = REMOVED

    def _lose(self, why: str) -> None:
        self.lost += 1
        self._why = why

    def close(self) -> None:
        """Close the file."""
        self._look_for_removal()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        if self in _opened and not self.lost:
            _opened.remove(self)

    def missing(self) -> str:
        """Return how many lines are missing and why, as a sentence; empty if none are."""
        self._look_for_removal()
        count = "1 line is" if self.lost == 1 else f"{self.lost} lines are"
        return f"{count} missing in {self.path}: {self._why}" if self.lost else ""


def missing_lines() -> list[str]:
    """Return how many lines are missing in the files of this process and why, in a sentence for each file."""
    return [missing for each in _opened if (missing := each.missing())]


def take_missing_lines() -> list[str]:
    """Return what `missing_lines` returns, and forget it, so that it is reported once."""
    found = missing_lines()
    _opened[:] = [each for each in _opened if not each.lost]
    return found
