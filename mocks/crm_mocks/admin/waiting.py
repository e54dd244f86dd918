"""Waiting for exchanges, on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crm_mocks.admin.journal_query import MEMBERS, JournalQuery
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.parsing.json_members import only, whole_number
from crm_mocks.state.journal_entry import JournalEntry

LONGEST_WAIT_MS: Final = 600_000


@dataclass(frozen=True)
class WaitCondition:
    """How long to wait for how many exchanges.

    Attributes:
        query: which exchanges.
        count: how many.
        seconds: how long at most; 0 does not wait.
    """

    query: JournalQuery
    count: int
    seconds: float

    @classmethod
    def read(cls, values: Mapping[str, str], mock_app: MockApp, session: str | None) -> WaitCondition:
        """Read the parameters of `GET /__admin/requests`.

        Args:
            values: the query's parameters.
            mock_app: whose vendors and operations may be named.
            session: where the parameters name none; `None` is the default session.

        Raises:
            UsageError: a parameter is unknown, or its value is not what it takes.
        """
        only(values, (*MEMBERS, "wait_ms", "count"))
        count = whole_number(values, "count", 0, 1_000_000_000)
        milliseconds = whole_number(values, "wait_ms", 0, LONGEST_WAIT_MS) or 0
        query = JournalQuery.read(values, mock_app, session)
        return cls(query, 1 if count is None else count, milliseconds / 1000)

    async def over(self, mock_app: MockApp) -> None:
        """Return once there are so many exchanges, or the time is up."""
        try:
            async with asyncio.timeout(self.seconds):
                await _arrived(mock_app, self.query, self.count)
        except TimeoutError:
            return


async def _arrived(mock_app: MockApp, query: JournalQuery, count: int) -> None:
    """Return once there are so many exchanges.

    It listens to the suite rather than to one session's journal, because the session may not exist yet, may be reset
    meanwhile, or may be any. Only newcomers are looked at: going through the journal for each would slow the mocks.
    """
    newcomers = 0
    changed = asyncio.Event()

    def listen(entry: JournalEntry) -> None:
        nonlocal newcomers
        if query.in_session(entry) and query.wants(entry):
            newcomers += 1
            changed.set()

    mock_app.listeners.append(listen)
    try:
        found = await query.search(mock_app).count()
        while found + newcomers < count:
            await changed.wait()
            changed.clear()
            if found + newcomers >= count:
                newcomers = 0
                found = await query.search(mock_app).count()  # a reset may have taken some away
    finally:
        mock_app.listeners.remove(listen)
