"""Searches of large journals begin a few at a time: those that wait hold no list of its pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakKeyDictionary

from crm_mocks.admin.journal_query import JournalQuery
from crm_mocks.admin.journal_search import JournalSearch
from crm_mocks.asgi.mock_app import MockApp

MAX_BEGINNING: Final = 8
"""Searches of large journals that look for their first exchanges at once."""

_FEW_PAGES: Final = 32
"""Pages of a journal, or of several, that are searched without waiting."""


class SearchQueue:
    """Lets searches begin."""

    def __init__(self, mock_app: MockApp) -> None:
        self._mock_app = mock_app
        self._rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    @asynccontextmanager
    async def search(self, query: JournalQuery) -> AsyncIterator[JournalSearch]:
        """Return a search, in its turn; the next one has its turn at the end of the block.

        Args:
            query: what is searched for.
        """
        search = await query.search(self._mock_app)
        if len(search) <= _FEW_PAGES:
            yield search
            return
        del search
        loop = asyncio.get_running_loop()  # in process, an application may be called in several
        async with self._rooms.setdefault(loop, asyncio.Semaphore(MAX_BEGINNING)):
            yield await query.search(self._mock_app)
