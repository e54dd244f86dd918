"""The end of a command: its exit code, exceptions that nothing else handles, and signals."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import click

from crm_mocks.cli.stopping import end_soon, ends_with_signals, interruptible
from crm_mocks.cli.streams import complain, standard_streams
from crm_mocks.errors import CrmMocksError
from crm_mocks.files.line_file import losses

DEBUG: Final = "CRM_MOCKS_DEBUG"
"""Variable of the environment that shows the tracebacks of unexpected exceptions."""

_SIGNALS: Final = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_IMPORT_POLL_SECONDS: Final = 0.02
"""Interval at which the end of an import is awaited after a signal."""


def exit_code_of(run: Callable[[], object]) -> int:
    """Run a command with safe standard streams; return its exit code.

    Every exception ends here, as one line and exit code 2, since 1 means that a contract is broken.

    Args:
        run: the command; an integer that it returns is its exit code.
    """
    with standard_streams() as streams, interruptible():
        try:
            result = run()
            code = result if isinstance(result, int) else 0
        except click.Abort:
            code = 130
        except (click.ClickException, CrmMocksError) as error:
            complain(error.format_message() if isinstance(error, click.ClickException) else str(error))
            code = 2
        except Exception as error:  # noqa: BLE001  # the last resort
            complain(unexpected(error))
            code = 2
        for loss in losses():
            complain(loss)
            code = code or 2
        if streams.failure:
            complain(f"cannot write to stdout: {streams.failure}")
            code = code or 2
    return code


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
        return f"the environment does not let the command work: {str(error) or 'out of memory'}{hint}"
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
        end_soon(number)
        raise SystemExit(128 + number)

    in_main_thread = threading.current_thread() is threading.main_thread()
    handled = [number for number in _SIGNALS if in_main_thread and signal.getsignal(number) == signal.SIG_DFL]
    for number in handled:
        signal.signal(number, end)
    try:
        with ends_with_signals():
            yield
    finally:
        for number in handled:
            signal.signal(number, signal.SIG_DFL)
