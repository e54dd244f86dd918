"""Time limits that do not count while this process is held up: stopped, swapped out, or on a machine that stood still.

A timer that is late because of that would go off before what came meanwhile is read. So time is counted in short waits,
and a wait that takes much longer than it should counts as a short one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

WAIT_SECONDS: Final = 0.5
"""How long to wait at most until time is counted again."""

_HELD_UP_SECONDS: Final = 2 * WAIT_SECONDS
"""A wait that took longer was held up, and counts as `WAIT_SECONDS`."""

_READING_SECONDS: Final = 0.25
"""Time that is left in any case after a hold-up, to read what came meanwhile."""


class Countdown:
    """The seconds that are left of a time limit. Whoever waits asks for them at least every `WAIT_SECONDS`.

    Example:
        >>> countdown = Countdown(10.0)
        >>> while (left := countdown.left()) > 0 and not event.wait(min(left, WAIT_SECONDS)):
        ...     pass
    """

    def __init__(self, seconds: float) -> None:
        """Start.

        Args:
            seconds: the time limit.
        """
        self._left = seconds
        self._counted_at = time.monotonic()

    def left(self) -> float:
        """Count the time since the last call; return the seconds left, 0 or less when the time is up."""
        now = time.monotonic()
        waited, self._counted_at = now - self._counted_at, now
        if waited > _HELD_UP_SECONDS:
            self._left = max(self._left - WAIT_SECONDS, _READING_SECONDS)
        else:
            self._left -= waited
        return self._left

    def skip(self) -> None:
        """Do not count the time since the last call."""
        self._counted_at = time.monotonic()


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
