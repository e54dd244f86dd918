"""Walking contracts whose schemas lead from one to the next a thousand times: further than Python goes by itself."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

Result = TypeVar("Result")

_CALLS: Final = 30_000
_STACK: Final = 256 * 2**20
"""Bytes of address space; memory is taken of it as calls need it."""
_LOCK: Final = threading.Lock()


def deeply(work: Callable[[], Result]) -> Result:
    """Return what a function returns, which may call itself deeply.

    Raises:
        RecursionError: it does so too deeply even so.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  # it is raised where the result is wanted
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
