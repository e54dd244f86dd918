"""A lack of memory in the process of schemathesis, which would report it as one of many errors of an operation."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any, Final

from crm_mocks.errors import CrmMocksError

_OUT_OF_MEMORY: Final = 71
"""Exit code of a process without enough memory; schemathesis has none above 2."""

_BY_REQUEST: Final = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
"""Signals of a user, who stops the command too."""


def end_without_memory() -> None:
    """Have this process end, with an exit code of its own, as soon as memory lacks anywhere."""
    from schemathesis.engine import events

    _end_on_errors_of(events.NonFatalError, "error")
    _end_on_errors_of(events.FatalError, "exception")
    shown = threading.excepthook

    def on_thread_error(arguments: Any) -> None:
        _end_if_lacking(arguments.exc_value)
        shown(arguments)

    def on_error(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
        _end_if_lacking(error)
        sys.__excepthook__(kind, error, traceback)

    threading.excepthook = on_thread_error
    sys.excepthook = on_error


def check_end(exit_code: int, output: str, *, ready: bool) -> None:
    """Check how a process ended.

    Args:
        exit_code: of the process.
        output: of the process.
        ready: the process came as far as sending requests.

    Raises:
        CrmMocksError: it did not do its work, so that nothing is known of the provider.
    """
    if exit_code == _OUT_OF_MEMORY:
        raise CrmMocksError("schemathesis was stopped: out of memory")
    if exit_code < 0 and -exit_code not in _BY_REQUEST:
        name = signal.Signals(-exit_code).name
        raise CrmMocksError(f"schemathesis was stopped by {name}: is there enough memory?")
    if exit_code > 0 and not ready:
        lines = output.strip().splitlines()
        raise CrmMocksError(f"schemathesis could not start: {lines[-1].strip() if lines else f'exit code {exit_code}'}")


def _end_on_errors_of(event: Any, name: str) -> None:
    """Have the process end when schemathesis is about to report a lack of memory."""
    initialise = event.__init__

    def initialise_or_end(self: Any, **arguments: Any) -> None:
        _end_if_lacking(arguments[name])
        initialise(self, **arguments)

    event.__init__ = initialise_or_end


def _end_if_lacking(error: BaseException | None) -> None:
    if any(_is_lack(each) for each in _with_causes(error)):
        os._exit(_OUT_OF_MEMORY)


def _is_lack(error: BaseException) -> bool:
    unloadable = isinstance(error, ImportError) and "shared object" in str(error)
    return isinstance(error, MemoryError) or str(error) == "can't start new thread" or unloadable


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, those that it consists of, and those that led to it."""
    seen: set[int] = set()
    left = [error]
    while left:
        each = left.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        left += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            left += each.exceptions
