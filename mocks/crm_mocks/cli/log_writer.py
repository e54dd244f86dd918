"""Lines on stderr that never hold up the server: nobody may be reading them."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections import deque
from typing import Final

import click

MAX_CHARACTERS: Final = 1024 * 1024
"""Characters that wait to be written; further lines are left out."""

_FLUSH_SECONDS: Final = 0.3
_FLUSH_WAITS: Final = 30
"""Number of waits that make up this time, so that a process which is held up loses one of them, not its lines."""


class LogWriter:
    """Writes lines to stderr in a thread, and says how many were left out because nobody read them."""

    def __init__(self, *, colour: bool = False) -> None:
        """Start without a thread, which the first line starts.

        Args:
            colour: keep the colours of lines.
        """
        self._colour = colour
        self._lines: deque[str] = deque()
        self._size = 0
        self._left_out = 0
        self._changed = threading.Condition()
        self._is_running = False
        self._is_writing = False

    def write(self, line: str) -> None:
        """Write a line soon, unless too much waits already. Can be called from any thread."""
        text = f"{line if self._colour else click.unstyle(line)}\n"
        with self._changed:
            if self._size + len(text) > MAX_CHARACTERS:
                self._left_out += 1
                return
            if self._left_out:
                text = f"crm-mocks: {self._left_out} lines were left out here, since nobody read stderr\n{text}"
                self._left_out = 0
            self._lines.append(text)
            self._size += len(text)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="crm-mocks-log", daemon=True).start()
            self._changed.notify_all()

    def flush(self) -> None:
        """Wait a moment until all lines are written."""
        with self._changed:
            for _ in range(_FLUSH_WAITS):
                if self._changed.wait_for(self._is_done, _FLUSH_SECONDS / _FLUSH_WAITS):
                    break

    def _is_done(self) -> bool:
        return not (self._lines or self._is_writing)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                while not self._lines:
                    self._changed.wait()
                text = "".join(self._lines)
                self._lines.clear()
                self._size = 0
                self._is_writing = True
            try:
                _write(text)
            except (OSError, ValueError):  # the reader is gone, or the stream is closed
                return


def _write(text: str) -> None:
    """Write to stderr; to its descriptor, since the lock of the stream would block the end of the process."""
    stream = sys.stderr
    try:
        number = stream.fileno()
    except (OSError, ValueError, AttributeError):
        if stream is not None:
            stream.write(text)
        return
    data = memoryview(text.encode(stream.encoding or "utf-8", "backslashreplace"))
    while data:
        try:
            data = data[os.write(number, data) :]
        except BlockingIOError:  # a command that shares the pipe has made it non-blocking
            time.sleep(0.01)


class LogHandler(logging.Handler):
    """Passes log records to a `LogWriter`, as `logging` would write them without any handler."""

    def __init__(self, writer: LogWriter) -> None:
        super().__init__(logging.WARNING)
        self._writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        self._writer.write(self.format(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the text of a record; one line if there was no memory, wherever that was noticed."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, MemoryError):
            return f"{record.getMessage().partition(chr(10))[0]}: out of memory"
        return super().format(record)
