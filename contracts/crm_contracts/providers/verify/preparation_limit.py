"""A limit on the time in which requests are made: some schemas keep schemathesis computing without an end."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_INTERVAL: Final = 0.1
"""Seconds between two looks at the clock."""

_PER_REQUEST: Final = 2.0
"""Seconds that each request adds, for its checks and for the next one."""


class _TooLate(BaseException):
    """The time is used up. Not an `Exception`, which the interrupted code would handle as an error of its own."""


class PreparationLimit:
    """Stops work that takes too much processor time, which other processes do not use up.

    Only one piece of work at a time is limited. It is stopped between two instructions of Python, but never while a
    request is sent.
    """

    def __init__(self, seconds: float) -> None:
        """Limit nothing yet.

        Args:
            seconds: processor time without requests; each request adds to it.
        """
        self.seconds = seconds
        self._lock = threading.Lock()
        self._thread = 0
        self._until = 0.0
        self._paused = 0

    def attempt(self, work: Callable[[], object]) -> bool:
        """Do work in this thread; return whether it was done in time."""
        ended = threading.Event()
        watch = threading.Thread(target=self._watch, args=(ended,), daemon=True)
        with self._lock:
            self._thread, self._until, self._paused = threading.get_ident(), time.process_time() + self.seconds, 0
        watch.start()
        try:
            try:
                work()
            finally:
                self._end(ended)
        except _TooLate:
            self._end(ended)
            return False
        return True

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop nothing while the `with` block sends a request, which is then complete and logged."""
        self._pause(1)
        try:
            yield
        finally:
            self._pause(-1)

    def _pause(self, change: int) -> None:
        with self._lock:
            self._paused += change
            self._until += _PER_REQUEST if change < 0 else 0.0
            if self._paused and self._thread == threading.get_ident():
                _interrupt(self._thread, None)

    def _watch(self, ended: threading.Event) -> None:
        """Interrupt the work once its time is used up, and again if the interruption was lost, as in a finalizer."""
        while not ended.wait(_INTERVAL):
            with self._lock:
                if self._thread and not self._paused and time.process_time() > self._until:
                    _interrupt(self._thread, _TooLate)

    def _end(self, ended: threading.Event) -> None:
        """Interrupt this thread no more, even if that was about to happen."""
        while self._thread:
            try:
                with self._lock:
                    _interrupt(self._thread, None)
                    self._thread = 0
            except _TooLate:
                continue
        ended.set()


def _interrupt(thread: int, kind: type[BaseException] | None) -> None:
    """Raise an exception in a thread; `None` takes back one that was not raised yet."""
    raised = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
