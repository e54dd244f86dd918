"""Long work on the event loop in turns with other requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeVar

Item = TypeVar("Item")

TURN_SECONDS: Final = 0.005
"""How long the work goes on until other requests have their turn."""


async def in_turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """Yield items that take time to make, such as one of each session; between them others are served.

    Args:
        items: makes each item when it is asked for.
    """
    began = time.monotonic()
    for item in items:
        yield item
        if time.monotonic() - began > TURN_SECONDS:
            await asyncio.sleep(0)
            began = time.monotonic()
