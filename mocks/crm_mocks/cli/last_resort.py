"""Unexpected ends of a command: exceptions that nothing handles, and signals."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

DEBUG: Final = "CRM_MOCKS_DEBUG"
"""Variable of the environment that shows the tracebacks of unexpected exceptions."""

_SIGNALS: Final = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_IMPORT_POLL_SECONDS: Final = 0.02
"""Interval at which the end of an import is awaited after a signal."""


def unexpected(error: BaseException) -> str:
    """Return a line about an unexpected exception; print its traceback first if `DEBUG` is set."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    hint = "" if os.environ.get(DEBUG) else f" ({DEBUG}=1 shows where)"
    if isinstance(error, OSError):
        what = ": ".join(str(part) for part in (error.filename, error.strerror or str(error)) if part)
        return f"the environment does not let the command work: {what}{hint}"
    if isinstance(error, MemoryError) or str(error) == "can't start new thread":
        return f"the environment does not let the command work: {error or 'out of memory'}{hint}"
    return f"internal error, please report it: {type(error).__name__}: {error}{hint}"


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the stack, so that programs are stopped and temporary files deleted.

    Handlers that the block sets replace these. Signals that the parent ignores, as `nohup` does, stay ignored.
    """

    def end(number: int, frame: FrameType | None) -> None:
        if _is_importing(frame):  # an exception could leave compiled modules in a state that crashes the interpreter
            threading.Timer(_IMPORT_POLL_SECONDS, os.kill, (os.getpid(), number)).start()
            return
        for each in handled:
            signal.signal(each, signal.SIG_IGN)  # a second signal must not interrupt the cleanup
        raise SystemExit(128 + number)

    in_main_thread = threading.current_thread() is threading.main_thread()
    handled = [number for number in _SIGNALS if in_main_thread and signal.getsignal(number) == signal.SIG_DFL]
    for number in handled:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in handled:
            if signal.getsignal(number) is end:
                signal.signal(number, signal.SIG_DFL)
