"""Many searches at once hold up the event loop no longer than one does."""

from __future__ import annotations

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any

from crm_mocks.admin.journal_search import _BATCH_SIZE, JournalSearch, PageSlice

SEARCHES = 20


def test_about_one_batch_of_all_searches_is_examined_in_a_turn_of_the_loop() -> None:
    entries = [SimpleNamespace(number=number) for number in range(1, 5 * _BATCH_SIZE)]
    page: Any = SimpleNamespace(count=len(entries), read=lambda: entries)
    turn = 0
    examined: Counter[int] = Counter()

    def matches(_: Any) -> bool:
        examined[turn] += 1
        return False

    async def run() -> None:
        nonlocal turn
        searches = [JournalSearch([PageSlice(page)], matches).count() for _ in range(SEARCHES)]
        done = asyncio.gather(*searches)
        while not done.done():
            turn += 1
            await asyncio.sleep(0)
        assert await done == [0] * SEARCHES

    asyncio.run(run())
    assert sum(examined.values()) == SEARCHES * len(entries)
    assert max(examined.values()) <= 3 * _BATCH_SIZE
