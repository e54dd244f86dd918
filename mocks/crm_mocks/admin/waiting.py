"""Waiting for exchanges on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec

from crm_mocks.admin.journal_query import MEMBERS, JournalQuery
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.parsing.json_members import integer, reject_unknown
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.time_limit import time_limit

LONGEST_WAIT_MS: Final = 600_000


class WaitCondition(msgspec.Struct, frozen=True):
    """Number of exchanges to wait for, with a time limit.

    Attributes:
        query: exchanges to count.
        count: number of exchanges to wait for.
        seconds: time limit; 0 does not wait.
    """

    query: JournalQuery
    count: int
    seconds: float

    @classmethod
    def parse(cls, values: Mapping[str, str], mock_app: MockApp, session: str | None) -> WaitCondition:
        """Parse the parameters of `GET /__admin/requests`.

        Args:
            values: query parameters.
            mock_app: defines the vendors and operations that can be named.
            session: session if the parameters name none; `None` for the default session.

        Raises:
            UsageError: a parameter is unknown or invalid.
        """
        reject_unknown(values, (*MEMBERS, "wait_ms", "count"))
        count = integer(values, "count", 0, 1_000_000_000)
        milliseconds = integer(values, "wait_ms", 0, LONGEST_WAIT_MS) or 0
        query = JournalQuery.parse(values, mock_app, session)
        return cls(query, 1 if count is None else count, milliseconds / 1000)

    async def wait(self, mock_app: MockApp) -> None:
        """Return once there are `count` exchanges, or the time limit is reached."""
        try:
            async with time_limit(self.seconds):
                await wait_for_count(mock_app, self.query, self.count)
        except TimeoutError:
            return


async def wait_for_count(mock_app: MockApp, query: JournalQuery, count: int) -> None:
    """Return once there are `count` exchanges.

    Listens to the whole app rather than to one journal, because the session may not exist yet, may be reset meanwhile,
    or may be any. Only new exchanges are examined: searching the journal for each would slow down the mocks.
    """
    arrived = 0
    changed = asyncio.Event()

    def listen(entry: JournalEntry) -> None:
        nonlocal arrived
        if query.includes_session_of(entry) and query.matches(entry):
            arrived += 1
            changed.set()

    mock_app.listeners.append(listen)
    try:
        while True:
            arrived = 0  # an exchange that comes during the search may be counted twice
            found = await (await query.search(mock_app)).count()
            if found >= count:
                return
            while found + arrived < count:  # then search again: a reset may have removed some
                await changed.wait()
                changed.clear()
    finally:
        mock_app.listeners.remove(listen)
