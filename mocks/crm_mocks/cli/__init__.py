"""The command line. Commands import slow modules when they run, so that `--help` is fast."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm_mocks.cli.group import main

__all__ = ["main"]


def __getattr__(name: str) -> Any:
    """Import the command group when it is asked for: other packages use modules that need no command line."""
    if name != "main":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with _ended_by_interrupt():
        from crm_mocks.cli import group

    return group.main


@contextmanager
def _ended_by_interrupt() -> Iterator[None]:
    """Let Ctrl-C end the process without a traceback until the command line can handle it."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
