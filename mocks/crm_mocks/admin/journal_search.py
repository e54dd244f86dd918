"""Searching the journal without loading all of it into memory and without blocking the mocks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from typing import ClassVar, Final

import msgspec

from crm_mocks.admin.page_counts import PageCounts
from crm_mocks.state.journal import JournalPage
from crm_mocks.state.journal_entry import JournalEntry

_BATCH_SIZE: Final = 200
"""Exchanges examined before yielding to other requests on the event loop."""


class PageSlice(msgspec.Struct, frozen=True):
    """A part of a journal page.

    Attributes:
        start: number of exchanges to skip.
        above: only exchanges with higher numbers.
        counts: what earlier searches have counted in the same journal; `None` if that is not kept.
    """

    page: JournalPage
    start: int = 0
    above: int = -1
    counts: PageCounts | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the slice is the whole page."""
        return not self.start and self.above < 0

    def entries(self) -> Iterator[JournalEntry]:
        """Yield the exchanges."""
        for entry in self.page.read()[self.start :]:
            if entry.number > self.above:
                yield entry


class JournalSearch:
    """A search over a snapshot of the journal."""

    _in_progress: ClassVar[int] = 0
    """Number of searches of this process that read a page now."""

    def __init__(self, slices: list[PageSlice], predicate: Callable[[JournalEntry], bool] | None) -> None:
        """Define the search.

        Args:
            slices: slices to search, in this order.
            predicate: predicate for exchanges; `None` for all.
        """
        self._slices = deque(slices)
        self._predicate = predicate
        self._counts: deque[int] | None = None
        self._total = 0

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self._slices)

    async def count(self) -> int:
        """Return the number of matching exchanges."""
        if self._counts is None:
            by_journal = groupby(tuple(self._slices), key=attrgetter("counts"))
            counted = [await self._counted(counts, slices) for counts, slices in by_journal]
            self._counts = deque(chain.from_iterable(counted))
            self._total = sum(self._counts)
        return self._total

    async def newest(self, limit: int) -> AsyncIterator[JournalEntry]:
        """Yield the last matching exchanges, oldest first, reading only the pages that may contain them, once.

        A page is released when it is passed, since whoever takes the exchanges may wait for a slow client.

        Args:
            limit: maximum number of exchanges.
        """
        skipped = max(0, await self.count() - limit)
        slices, counts = self._slices, self._counts or deque()
        while slices:
            page_slice, count = slices.popleft(), counts.popleft()
            if count <= skipped:
                skipped -= count
                continue
            async for entry in self._matches(page_slice):
                if skipped:
                    skipped -= 1
                else:
                    yield entry

    async def sample(self, limit: int) -> tuple[list[JournalEntry], int]:
        """Return some of the matching exchanges, oldest first, and the number of the others.

        Those that broke the contract do not compete with the others, so that a burst of requests does not hide them.
        The last matching exchange is always among them.

        Args:
            limit: maximum number of exchanges that broke the contract, and of others.
        """
        kept: dict[bool, deque[tuple[int, JournalEntry]]] = {broken: deque(maxlen=limit) for broken in (True, False)}
        count = 0
        for page_slice in self._slices:
            async for entry in self._matches(page_slice):
                kept[bool(entry.violations)].append((count, entry))
                count += 1
        chosen = [entry for _, entry in sorted((*kept[True], *kept[False]), key=lambda each: each[0])]
        return chosen, count - len(chosen)

    async def _counted(self, counts: PageCounts | None, slices: Iterable[PageSlice]) -> list[int]:
        """Return the number of matching exchanges of each slice of a journal."""
        if counts is None:
            return [await self._count(each) for each in slices]
        async with counts.lock:
            return [
                await (counts.of(each.page, partial(self._count, each)) if each.is_whole else self._count(each))
                for each in slices
            ]

    async def _count(self, page_slice: PageSlice) -> int:
        if self._predicate is None and page_slice.is_whole:
            return page_slice.page.count
        return len([1 async for _ in self._matches(page_slice)])

    async def _matches(self, page_slice: PageSlice) -> AsyncIterator[JournalEntry]:
        JournalSearch._in_progress += 1
        try:
            await _give_way(JournalSearch._in_progress - 1)
            for number, entry in enumerate(page_slice.entries(), 1):
                if self._predicate is None or self._predicate(entry):
                    JournalSearch._in_progress -= 1  # whoever takes it may wait for a slow client
                    try:
                        yield entry
                    finally:
                        JournalSearch._in_progress += 1
                if number % _BATCH_SIZE == 0:
                    await _give_way(JournalSearch._in_progress)
            await _give_way(1)
        finally:
            JournalSearch._in_progress -= 1


async def _give_way(turns: int) -> None:
    """Let the event loop do other things for some turns, so that of all searches only about one goes on in each."""
    for _ in range(turns):
        await asyncio.sleep(0)
