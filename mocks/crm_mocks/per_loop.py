"""Values of which each event loop has its own, such as locks: in process, an application may be called in several."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class PerLoop(Generic[Value]):
    """A value for each event loop, which is made when it is first used there.

    Values of loops that were closed are forgotten: a lock that was waited for refers to its loop, so that weak
    references alone would keep both.

    Example:
        >>> locks = PerLoop(asyncio.Lock)
        >>> async with locks.get():
        ...     ...
    """

    def __init__(self, make: Callable[[], Value]) -> None:
        """Make nothing yet.

        Args:
            make: makes the value of a loop.
        """
        self._make = make
        self._values: dict[asyncio.AbstractEventLoop, Value] = {}

    def get(self) -> Value:
        """Return the value of the running event loop."""
        loop = asyncio.get_running_loop()
        value = self._values.get(loop)
        if value is None:
            for other in tuple(self._values):
                if other.is_closed():
                    self._values.pop(other, None)
            value = self._values[loop] = self._make()
        return value
