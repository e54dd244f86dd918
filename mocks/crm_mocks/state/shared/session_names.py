"""The names of the sessions that the server holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from crm_mocks.errors import UsageError
from crm_mocks.state.shared.connection import CLOSED_SESSIONS, NAMES, OPEN_SESSIONS, StateConnection
from crm_mocks.state.shared.scripts import ADD_TO_LIST

_REGISTERED_LONG_AGO: Final = 60.0
"""Seconds after which a session whose name is listed has been stored."""


class SessionNames:
    """Two lists of names, of closed and of open sessions, and the numbers of generated names."""

    def __init__(self, connection: StateConnection, limit: int = 0) -> None:
        """Read nothing yet.

        Args:
            connection: server that holds the state.
            limit: maximum number of open sessions.
        """
        self._connection = connection
        self._limit = limit
        self._open_count = 0  # when one was opened or closed last, or all were counted; may include some that expired
        self._lists = connection.key(CLOSED_SESSIONS), connection.key(OPEN_SESSIONS)

    async def register(self, session: str, *, is_closed: bool = False) -> None:
        """Add a session to the list of the open or of the closed ones, in the order in which the server is asked."""
        mine, other = self._lists if is_closed else self._lists[::-1]

        def move(pipe: Any) -> None:
            pipe.eval(ADD_TO_LIST, 1, mine, session)
            pipe.zrem(other, session)
            pipe.zcard(self._lists[1])

        *_, self._open_count = await self._connection.pipelined(move)

    async def unregister(self, sessions: Iterable[str]) -> None:
        """Remove sessions from the lists."""
        gone = list(sessions)
        if gone:
            await self._connection.pipelined(lambda pipe: [pipe.zrem(key, *gone) for key in self._lists])

    async def all(self) -> list[str]:
        """Return the names of all sessions that have not expired: closed ones first, then oldest first."""
        closed, opened = await self._connection.pipelined(
            lambda pipe: [pipe.zrange(key, 0, -1, withscores=True) for key in self._lists]
        )
        names = await self._alive(opened)
        self._open_count = len(names)
        return [*await self._alive(closed), *names]

    async def count_if_full(self) -> None:
        """Count the open sessions if the limit seems to be reached, before `check_limit`."""
        if self._open_count >= self._limit:
            await self.all()

    def check_limit(self) -> None:
        """Check that another session may be opened.

        Raises:
            UsageError: the limit is reached.
        """
        if self._open_count >= self._limit:
            raise UsageError(f"the limit of {self._limit} sessions is reached: reset some with POST /__admin/reset")

    async def totals(self, names: Sequence[str]) -> dict[str, int]:
        """Return the number of exchanges of sessions that exist, by name."""
        if not names:
            return {}
        found = await self._connection.pipelined(
            lambda pipe: [pipe.hget(self._connection.session_key(each, "meta"), "total") for each in names]
        )
        with self._connection.reading("the sessions"):
            return {name: int(total) for name, total in zip(names, found, strict=True) if total is not None}

    async def next_number(self) -> int:
        """Return the next number for the name of a session."""
        number: int = await self._connection.guarded(lambda client: client.incr(self._connection.key(NAMES)))
        return number

    async def keep(self, seconds: float) -> None:
        """Let the lists expire after some seconds."""
        keys = (self._connection.key(NAMES), *self._lists)
        await self._connection.pipelined(lambda pipe: [pipe.pexpire(key, int(seconds * 1000)) for key in keys])

    async def _alive(self, rows: Sequence[tuple[bytes, float]]) -> list[str]:
        """Return the names of sessions that are stored; remove those that have expired from the lists."""
        with self._connection.reading("the list of sessions"):
            names = [name.decode() for name, _ in rows]
        if not names:
            return []
        found = await self._connection.pipelined(
            lambda pipe: [pipe.exists(self._connection.session_key(each, "meta")) for each in names]
        )
        long_ago = self._connection.time.now() - _REGISTERED_LONG_AGO  # one that is listed now may not be stored yet
        gone = [
            name for name, (_, since), exists in zip(names, rows, found, strict=True) if not exists and since < long_ago
        ]
        await self.unregister(gone)
        return [name for name, exists in zip(names, found, strict=True) if exists]
