"""Time limits of coroutines that do not count while this process is held up (`countdown.py`).

A timer that is late because of that would go off before what came meanwhile is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from crm_mocks.countdown import WAIT_SECONDS, Countdown


@asynccontextmanager
async def time_limit(seconds: float) -> AsyncIterator[None]:
    """Limit the time of a block, as `asyncio.timeout` does, but not counting what the process is held up.

    Args:
        seconds: the time limit.

    Raises:
        TimeoutError: the time is up. What had come until then has been read.
    """
    async with asyncio.timeout(None) as timeout:
        timer = _Timer(Countdown(seconds), timeout)
        try:
            yield
        finally:
            timer.cancel()


class _Timer:
    """Has a block time out when a countdown is over."""

    def __init__(self, countdown: Countdown, timeout: asyncio.Timeout) -> None:
        self._countdown = countdown
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._is_cancelled = False
        self._count()

    def cancel(self) -> None:
        self._is_cancelled = True
        self._next.cancel()

    def _count(self) -> None:
        left = self._countdown.left()
        if left > 0:
            self._next: asyncio.Handle = self._loop.call_later(min(left, WAIT_SECONDS), self._count)
        else:
            self._next = self._loop.call_soon(read_first, self._loop, self._expire)

    def _expire(self) -> None:
        if not self._is_cancelled:
            self._timeout.reschedule(self._loop.time())


def read_first(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    """Call a function once the event loop has read what waits: timers go off before that."""
    loop.call_soon(loop.call_soon, call)
