"""Numbers of matching exchanges by page of a journal, which later searches with the same query need not count again.

Tests wait for their requests, many at once and in long journals. A page of a journal stays as it is, so only what is
new has to be examined, once for all who wait.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Final
from weakref import WeakKeyDictionary

from crm_mocks.state.journal import Journal, JournalPage

_QUERIES: Final = 8
"""Number of queries to a journal whose counts are kept, those that were used last."""


class PageCounts:
    """The numbers of exchanges that match a query, by page."""

    def __init__(self) -> None:
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
        self._counts: dict[object, tuple[int, int]] = {}

    @property
    def turn(self) -> asyncio.Lock:
        """Lock of the search that counts; the others take over what it has counted."""
        loop = asyncio.get_running_loop()  # in process, an application may be called in several
        return self._turns.setdefault(loop, asyncio.Lock())

    async def of(self, page: JournalPage, count: Callable[[], Awaitable[int]]) -> int:
        """Return the number of matching exchanges of a page.

        Args:
            page: the page.
            count: counts them.
        """
        known = self._counts.get(page.place)
        if known is None or known[0] != page.count:
            known = self._counts[page.place] = page.count, await count()
        return known[1]

    def keep(self, pages: list[JournalPage]) -> None:
        """Forget all other pages, which the journal no longer has."""
        if len(self._counts) > len(pages):
            places = {page.place for page in pages}
            self._counts = {place: known for place, known in self._counts.items() if place in places}


_kept: Final[WeakKeyDictionary[Journal, OrderedDict[Hashable, PageCounts]]] = WeakKeyDictionary()


def page_counts(journal: Journal, query: Hashable) -> PageCounts:
    """Return the counts of a query to a journal.

    Args:
        journal: the journal.
        query: equal for queries that match the same exchanges.
    """
    by_query = _kept.setdefault(journal, OrderedDict())
    counts = by_query.setdefault(query, PageCounts())
    by_query.move_to_end(query)
    if len(by_query) > _QUERIES:
        by_query.popitem(last=False)
    return counts
