"""Journal entries of sessions that several processes share, for the event streams of live pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.admin.journal_query import ALL_SESSIONS
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.errors import StateError
from crm_mocks.state.shared.state import SharedState

_PAUSE_FACTOR: Final = 4
"""Pause after a question, as a multiple of its duration: a page takes at most a fifth of a connection's time."""


class SharedEntries:
    """Reads from the state what an event stream asks of all processes; see `EntrySource`."""

    def __init__(self, mock_app: MockApp, shared: SharedState) -> None:
        self._mock_app = mock_app
        self._shared = shared

    async def gather(self, call: str, *arguments: Any) -> list[Any]:
        """See `EntrySource.gather`; nothing is new while the state cannot be used."""
        values, last_numbers, *_ = arguments
        began = time.monotonic()
        try:
            self._shared.check()
            await self._read_news(values["session"], last_numbers)
            result = await self._mock_app.calls[call](*arguments)
        except StateError:
            return [([], 0, {})]
        await asyncio.sleep((time.monotonic() - began) * _PAUSE_FACTOR)
        return [result]

    async def _read_news(self, session: str, last_numbers: Mapping[str, int]) -> None:
        """Read the journals of those sessions that have other entries than the page."""
        sessions = self._shared.sessions
        totals = await sessions.names.totals(await sessions.all_names())
        for name, total in totals.items():
            if session in (ALL_SESSIONS, name) and total != last_numbers.get(name, 0):
                await sessions.read([name])
