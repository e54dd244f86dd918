"""Long computations of the control API, in threads beside the event loop, so that the mocks keep answering."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

Result = TypeVar("Result")

_SWITCH_SECONDS: Final = 0.0005
"""How long a computation runs until another thread may: Python's own 5 ms would delay each step of a mock's answer."""

_TURNS: Final[WeakKeyDictionary[Any, asyncio.Lock]] = WeakKeyDictionary()
"""By event loop: one computation at a time, since each would slow down the mocks as much as one does."""


async def off_loop(compute: Callable[[], Result]) -> Result:
    """Return the result of a function that runs in a thread while the event loop serves other requests.

    The function must not touch state that the event loop changes; give it a snapshot. It is abandoned when the process
    ends.

    Args:
        compute: the function.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def run() -> None:
        try:
            result = compute()
        except BaseException as error:  # noqa: BLE001  # raised where the result is awaited
            call(_fail, done, error)
        else:
            call(_finish, done, result)

    def call(settle: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, *arguments)

    async with _TURNS.setdefault(loop, asyncio.Lock()):
        before = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_SECONDS)
        try:
            threading.Thread(target=run, name="crm-mocks-control", daemon=True).start()
            return await done
        finally:
            sys.setswitchinterval(before)


def _finish(done: asyncio.Future[Any], result: Any) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
