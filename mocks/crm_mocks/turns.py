"""Divides long work on the event loop into turns, between which other requests are served."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeVar

Item = TypeVar("Item")

TURN_SECONDS: Final = 0.005
"""Length of a turn, after which other requests are served."""


class Turns:
    """The turns of one task."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    async def give_way(self) -> None:
        """Let other requests be served if this turn has lasted `TURN_SECONDS`."""
        if time.monotonic() - self._began > TURN_SECONDS:
            await asyncio.sleep(0)
            self._began = time.monotonic()


async def in_turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """Yield items that take time to make, such as one of each session; between them others are served.

    Args:
        items: makes each item when it is asked for.
    """
    turns = Turns()
    for item in items:
        yield item
        await turns.give_way()
