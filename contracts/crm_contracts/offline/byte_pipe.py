"""Bytes on their way from the mocks to a client, between threads and event loops."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress


class BytePipe:
    """One direction of a connection in memory.

    Attributes:
        max_wait: the longest that a reader waits in seconds, even if its own timeout is longer; `None` for no limit.
    """

    def __init__(self) -> None:
        self.max_wait: float | None = None
        self._lock = threading.Lock()
        self._buffer = bytearray()
        self._error: OSError | None = None
        self._ended = False
        self._closed = False
        self._waiting: Future[None] | None = None
        self._on_close: list[Callable[[], None]] = []

    # --- the mocks' side ---

    def write(self, data: bytes) -> None:
        """Add bytes; they are dropped if the reader has gone."""
        with self._lock:
            if not self._closed:
                self._buffer += data
            self._wake()

    def end(self, error: OSError | None = None) -> None:
        """End the stream after the bytes written so far.

        Args:
            error: raised in the reader at the end.
        """
        with self._lock:
            if not self._ended:
                self._ended, self._error = True, error
            self._wake()

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call back, in any thread, when the reader goes, or at once if it has gone."""
        with self._lock:
            if not self._closed:
                self._on_close.append(callback)
                return
        callback()

    @property
    def is_closed(self) -> bool:
        """Whether the reader has gone."""
        return self._closed

    # --- the client's side ---

    @property
    def is_readable(self) -> bool:
        """Whether `take` returns at once, possibly because the stream has ended."""
        return bool(self._buffer) or self._ended

    def readable(self) -> Future[None]:
        """Return a future that is done when the stream is readable."""
        with self._lock:
            future: Future[None] = Future()
            if self.is_readable:
                future.set_result(None)
            else:
                self._waiting = future
            return future

    def take(self, size: int) -> bytes:
        """Return up to `size` bytes of a readable stream; no bytes at its end.

        Raises:
            OSError: the stream ended with an error.
        """
        with self._lock:
            taken = bytes(self._buffer[:size])
            del self._buffer[:size]
            if not taken and self._error is not None:
                raise self._error
            return taken

    def close(self) -> None:
        """Stop reading."""
        with self._lock:
            self._closed = self._ended = True
            callbacks, self._on_close = self._on_close, []
            self._wake()
        for callback in callbacks:
            callback()

    def _wake(self) -> None:
        """Wake the reader; the caller holds the lock."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            with suppress(InvalidStateError):  # the reader has given up
                waiting.set_result(None)
