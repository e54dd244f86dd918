"""A stop ends a command within a second, wherever it is: what takes longer to end, such as a report, is cut short."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

_SECONDS: Final = 0.85
"""Time for an orderly end, unless other processes take up the processor."""

_PROCESSOR_SECONDS: Final = 0.5
"""Processor time from which on this process, not the others, takes up the time."""

_MOST_SECONDS: Final = 3.0
"""Time for an orderly end in any case."""

_POLL_SECONDS: Final = 0.05


class _Command:
    """The command that runs in this process.

    Attributes:
        blocks: number of `ends_with_signals` blocks that it is in.
        ended: set when it has left the outermost of them.
    """

    def __init__(self) -> None:
        self.blocks = 0
        self.ended = threading.Event()


_command = _Command()


@contextmanager
def ends_with_signals() -> Iterator[None]:
    """Mark a part of a command that `end_soon` may end; once the outermost such part is left, it no longer does."""
    _command.blocks += 1
    try:
        yield
    finally:
        _command.blocks -= 1
        if not _command.blocks:
            _command.ended.set()
            _command.ended = threading.Event()


def end_soon(number: int) -> None:
    """End this process soon, as the signal does, unless it has ended before.

    The watchdog stops child processes and removes temporary files; see `crm_mocks.watchdog`.

    Args:
        number: of the signal.
    """
    arguments = (number, _command.ended, time.monotonic(), time.process_time())
    threading.Thread(target=_end, args=arguments, daemon=True).start()


def _end(number: int, ended: threading.Event, began: float, processor_began: float) -> None:
    while not ended.wait(_POLL_SECONDS):
        seconds = time.monotonic() - began
        is_busy = time.process_time() - processor_began > _PROCESSOR_SECONDS
        if seconds > _MOST_SECONDS or (seconds > _SECONDS and is_busy):
            for stream in (sys.stdout, sys.stderr):
                with suppress(ValueError, OSError):
                    stream.flush()
            os._exit(128 + number)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end the command within a second; a handler that the block sets replaces this one."""

    def interrupt(number: int, _: FrameType | None) -> None:
        end_soon(number)
        raise KeyboardInterrupt

    in_main_thread = threading.current_thread() is threading.main_thread()
    is_default = in_main_thread and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_default:
        signal.signal(signal.SIGINT, interrupt)
    try:
        with ends_with_signals():
            yield
    finally:
        if is_default and signal.getsignal(signal.SIGINT) is interrupt:  # servers ignore it from their stop on
            signal.signal(signal.SIGINT, signal.default_int_handler)
