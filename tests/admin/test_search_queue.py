"""Of many searches of large journals, a few at once hold a list of its pages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from crm_mocks.admin.search_queue import MAX_BEGINNING, SearchQueue

SEARCHES = 3 * MAX_BEGINNING


class Search(list[int]):
    """A search of a number of pages; counts those that there are."""

    alive = 0

    def __init__(self, pages: int) -> None:
        super().__init__(range(pages))
        Search.alive += 1

    def __del__(self) -> None:
        Search.alive -= 1


class Query:
    """Finds a number of pages."""

    def __init__(self, pages: int) -> None:
        self.pages = pages

    async def search(self, _: Any) -> Search:
        return Search(self.pages)


@pytest.mark.parametrize(("pages", "at_once"), [(10, SEARCHES), (10_000, MAX_BEGINNING)])
def test_searches_of_many_pages_wait_for_each_other_and_hold_none(pages: int, at_once: int) -> None:
    begun: list[int] = []

    async def run() -> None:
        nothing: Any = None
        query: Any = Query(pages)
        queue, may_end = SearchQueue(nothing), asyncio.Event()

        async def search() -> None:
            async with queue.search(query) as found:
                begun.append(len(found))
                await may_end.wait()

        tasks = [asyncio.create_task(search()) for _ in range(SEARCHES)]
        for _ in range(10 * SEARCHES):
            await asyncio.sleep(0)
        assert (len(begun), Search.alive) == (at_once, at_once)
        may_end.set()
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert begun == [pages] * SEARCHES
