"""Lets searches of long journals begin a few at a time, so that those that wait hold no list of pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from crm_mocks.admin.journal_query import JournalQuery
from crm_mocks.admin.journal_search import JournalSearch
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.per_loop import PerLoop

MAX_BEGINNING: Final = 8
"""Number of searches of long journals that look for their first exchanges at once."""

_FEW_PAGES: Final = 32
"""Number of pages, of one journal or several, up to which a search begins without waiting."""


class SearchQueue:
    """The searches that may begin, and those that wait for them."""

    def __init__(self, mock_app: MockApp) -> None:
        """Begin without searches.

        Args:
            mock_app: has the sessions that are searched.
        """
        self._mock_app = mock_app
        self._semaphores = PerLoop(partial(asyncio.Semaphore, MAX_BEGINNING))

    @asynccontextmanager
    async def search(self, query: JournalQuery) -> AsyncIterator[JournalSearch]:
        """Provide a search when it may begin; at the end of the block, the next one may.

        Args:
            query: what is searched for.
        """
        search = await query.search(self._mock_app)
        if len(search) <= _FEW_PAGES:
            yield search
            return
        del search
        async with self._semaphores.get():
            yield await query.search(self._mock_app)
