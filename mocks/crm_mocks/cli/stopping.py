"""A stop ends a command within a second, wherever it is: what takes longer to end, such as a report, is cut short."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Final

from crm_mocks.cli.expected_files import missing_files
from crm_mocks.countdown import Countdown
from crm_mocks.files.writing import remove_unfinished

_SECONDS: Final = 0.85
"""Time for an orderly end, not counting what the process waits for a processor."""

_PROCESSOR_SECONDS: Final = 0.5
"""Processor time from which on this process, not another that it waits for, takes up the time."""

_IDLE_SECONDS: Final = 3.0
"""Time for an orderly end that takes less processor time."""

_MOST_SECONDS: Final = 6.0
"""Time for an orderly end in any case, however busy the machine is; while this process is suspended, none passes."""

_WAITED: Final = Path("/proc/self/schedstat")
"""On Linux, its second number is how long the main thread has waited for a processor, in nanoseconds."""

_POLL_SECONDS: Final = 0.05
_FLUSH_SECONDS: Final = 0.1
"""Time for output that nobody may be reading."""

_STOPPING: Final = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]

_LOGGING: Final = os.path.join("logging", "__init__.py")  # noqa: PTH118  # a suffix of a path
_FORK_HOOKS: Final = frozenset({"_acquireLock", "_releaseLock"})
"""Functions of `logging` that `os.fork` calls up to Python 3.12."""

_IMPORT_POLL_SECONDS: Final = 0.02
"""Interval at which the end of an import is awaited after a signal."""


@dataclass
class _Command:
    """The command that runs in this process.

    Attributes:
        blocks: number of `ends_with_signals` blocks that it is in.
        ended: set when it has left the outermost of them.
        is_stopping: `end_soon` has been called.
        is_importing: the signal waits for the end of an import.
        is_unwinding: the signal has raised its exception.
        ends_process: the process ends with the command.
    """

    blocks: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    is_stopping: bool = False
    is_importing: bool = False
    is_unwinding: bool = False
    ends_process: bool = False

    @property
    def is_last(self) -> bool:
        """Whether nothing but the end of the process follows, which another signal must not turn into its own."""
        return self.is_unwinding and self.ends_process


_command = _Command()


@contextmanager
def ends_with_signals() -> Iterator[None]:
    """Mark a part of a command that `end_soon` may end; once the outermost such part is left, it no longer does."""
    global _command  # noqa: PLW0603  # one runs at a time; what runs in this process next is another one
    _command.blocks += 1
    try:
        yield
    finally:
        _command.blocks -= 1
        if not _command.blocks:
            if not _command.is_last:  # else threads could still hold up the process
                _command.ended.set()
            _command = _Command()


def end_soon(number: int, exit_code: int | None = None) -> None:
    """End this process soon, unless it has ended before.

    The watchdog stops child processes and removes temporary files; see `crm_mocks.watchdog`.

    Args:
        number: of the signal.
        exit_code: exit code if the process does not end by itself; by default that of the signal.
    """
    _command.is_stopping = True
    code = 128 + number if exit_code is None else exit_code
    arguments = (code, _command, Countdown(_MOST_SECONDS), time.process_time(), _waited())
    threading.Thread(target=_end, args=arguments, daemon=True).start()


def end_process_with_command() -> None:
    """Have the process end with the command that runs in it: after a signal has ended it, others are ignored."""
    _command.ends_process = True


def is_stopping() -> bool:
    """Return whether `end_soon` ends this process."""
    return _command.is_stopping


def _end(code: int, command: _Command, most: Countdown, processor_began: float, waited_before: float) -> None:
    while not command.ended.wait(_POLL_SECONDS):
        left = most.left()
        own = _MOST_SECONDS - left - (_waited() - waited_before)
        is_busy = time.process_time() - processor_began > _PROCESSOR_SECONDS
        is_orderly = not (is_busy or command.is_importing)  # an import that hangs does not get to its end
        if left <= 0 or own > (_IDLE_SECONDS if is_orderly else _SECONDS):
            remove_unfinished()
            flushing = threading.Thread(target=_flush, args=(missing_files(),), daemon=True)
            flushing.start()
            flushing.join(_FLUSH_SECONDS)
            os._exit(code)


def _waited() -> float:
    """Return how long this process has waited for a processor, in seconds; 0 where that is unknown."""
    try:
        return int(_WAITED.read_bytes().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def _flush(message: str) -> None:
    if message:
        from crm_mocks.cli.streams import complain  # which imports this module

        complain(message)
    for stream in (sys.stderr, sys.stdout):
        with suppress(ValueError, OSError):
            stream.flush()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end the command within a second; a handler that the block sets replaces this one."""
    is_default = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with _raising([signal.SIGINT] if is_default else [], lambda _: KeyboardInterrupt()):
        yield


@contextmanager
def interrupted_by_all_signals() -> Iterator[None]:
    """Make SIGTERM and SIGHUP raise `KeyboardInterrupt`, so that a command reports what it has done until then."""
    handled = [number for number in _STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
    with _raising(handled, lambda _: KeyboardInterrupt()):
        yield


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the stack, so that programs are stopped and temporary files deleted.

    Handlers that the block sets replace these. Signals that the parent ignores, as `nohup` does, stay ignored.
    """
    handled = [number for number in _STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
    with _raising(handled, lambda number: SystemExit(128 + number)):
        yield


@contextmanager
def _raising(numbers: Sequence[int], error: Callable[[int], BaseException]) -> Iterator[None]:
    """Raise an exception at the first of some signals; ignore others that such blocks handle from then on."""

    def handle(number: int, frame: FrameType | None) -> None:
        if _command.is_unwinding:  # another signal must not interrupt the cleanup or the report
            return
        if not _command.is_stopping:
            end_soon(number)
        _command.is_importing = _is_importing(frame)
        if _command.is_importing or _is_ignoring(frame):  # half an import could crash the interpreter
            threading.Timer(_IMPORT_POLL_SECONDS, os.kill, (os.getpid(), number)).start()
            return
        _command.is_unwinding = True
        raise error(number)

    handled = numbers if threading.current_thread() is threading.main_thread() else ()
    previous = {number: signal.signal(number, handle) for number in handled}
    command = _command
    try:
        with ends_with_signals():
            yield
    finally:
        for number, handler in previous.items():
            if signal.getsignal(number) is handle:  # servers ignore it from their stop on
                signal.signal(number, signal.SIG_IGN if command.is_last else handler)


def _is_ignoring(frame: FrameType | None) -> bool:
    """Return whether Python would print an exception and go on: in a finalizer, and in what `os.fork` calls."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "__del__" or (code.co_name in _FORK_HOOKS and code.co_filename.endswith(_LOGGING)):
            return True
        frame = frame.f_back
    return False


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False
