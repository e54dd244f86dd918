"""Going through the journal without having all of it in memory, and without holding up the mocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Final

from crm_mocks.state.journal import JournalPage
from crm_mocks.state.journal_entry import JournalEntry

_AT_ONCE: Final = 200
"""Exchanges looked at before other requests get their turn on the event loop."""


@dataclass(frozen=True, slots=True)
class PageSlice:
    """Some exchanges of a page of the journal.

    Attributes:
        start: how many of the page to leave out.
        above: only those with greater numbers.
    """

    page: JournalPage
    start: int = 0
    above: int = -1

    @property
    def is_whole(self) -> bool:
        """Whether all of the page is meant."""
        return not self.start and self.above < 0

    def entries(self) -> Iterator[JournalEntry]:
        """Yield the exchanges."""
        for entry in self.page.read()[self.start :]:
            if entry.number > self.above:
                yield entry


class JournalSearch:
    """A question to the journal as it was when the question was put."""

    def __init__(self, parts: list[PageSlice], wanted: Callable[[JournalEntry], bool] | None) -> None:
        """Take note of the question.

        Args:
            parts: where to look, in this order.
            wanted: which exchanges; `None` is all of them.
        """
        self._parts = parts
        self._wanted = wanted
        self._counts: list[int] = []

    async def count(self) -> int:
        """Return how many exchanges there are."""
        if len(self._counts) < len(self._parts):
            self._counts = [await self._count(part) for part in self._parts]
        return sum(self._counts)

    async def newest(self, limit: int) -> AsyncIterator[JournalEntry]:
        """Yield the last exchanges, the oldest of them first; only what may hold them is read.

        Args:
            limit: how many at most.
        """
        skipped = max(0, await self.count() - limit)
        for part, count in zip(self._parts, self._counts, strict=True):
            if count <= skipped:
                skipped -= count
                continue
            async for entry in self._found(part):
                if skipped:
                    skipped -= 1
                else:
                    yield entry

    async def _count(self, part: PageSlice) -> int:
        if self._wanted is None and part.is_whole:
            return part.page.count
        return len([1 async for _ in self._found(part)])

    async def _found(self, part: PageSlice) -> AsyncIterator[JournalEntry]:
        for number, entry in enumerate(part.entries(), 1):
            if self._wanted is None or self._wanted(entry):
                yield entry
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0)
