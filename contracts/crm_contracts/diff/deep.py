"""Recursion deep enough for schemas nested a thousand times, beyond Python's default limit."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

Result = TypeVar("Result")

_CALLS: Final = 30_000
_STACK: Final = 256 * 2**20
"""Bytes of address space, which the system backs with memory when it is used."""
_LOCK: Final = threading.Lock()


def deeply(work: Callable[[], Result]) -> Result:
    """Return the result of a function that may recurse deeply.

    Raises:
        RecursionError: it recurses deeper than 30,000 calls.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  # raised by `future.result`
            future.set_exception(error)

    with _LOCK:
        calls, stack = sys.getrecursionlimit(), threading.stack_size(_STACK)
        sys.setrecursionlimit(max(calls, _CALLS))
        try:
            thread = threading.Thread(target=run, name="crm-mocks diff", daemon=True)
            thread.start()
            thread.join()
        finally:
            sys.setrecursionlimit(calls)
            threading.stack_size(stack)
    return future.result()
