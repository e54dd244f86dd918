"""The server that holds the state: one method for each thing that is asked of it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from crm_mocks.errors import StateError
from crm_mocks.settings.state import StateSettings
from crm_mocks.state.shared.failures import OnFailure, ignore_failure, is_late, reason_of
from crm_mocks.state.shared.replies import Busy, Commit, Missing, Position, Stored, missing_of
from crm_mocks.state.shared.scripts import COMMIT, COMPACT, PULL, READ_JOURNAL
from crm_mocks.state.shared.server_time import ServerTime
from crm_mocks.state.shared.url import StateUrl

Result = TypeVar("Result")

_SCAN_BATCH: Final = 500
_REGISTERED_LONG_AGO: Final = 60.0


class StateConnection:
    """Sends commands; every failure becomes a `StateError` at once, whose message has no credentials.

    Attributes:
        time: the server's time.
        on_failure: called with the message of a failure, and whether a time limit was exceeded.
    """

    def __init__(self, url: StateUrl, settings: StateSettings) -> None:
        """Prepare a connection, which is opened when it is used.

        Args:
            url: URL of the server.
            settings: time limits and prefix of the keys.
        """
        self.url = url
        self.settings = settings
        self.time = ServerTime()
        self.on_failure: OnFailure = ignore_failure
        self._owner = secrets.token_hex(8)
        self._client: Any = None
        self._ttl = int(settings.session_ttl * 1000)

    @property
    def client(self) -> Any:
        """The client, made when first used, since it belongs to the event loop."""
        if self._client is None:
            limits = self.settings
            self._client = self.url.connect(
                connect_seconds=limits.connect_seconds, command_seconds=limits.command_seconds
            )
        return self._client

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()
            pool = getattr(client, "connection_pool", None)
            for sentinel in getattr(getattr(pool, "sentinel_manager", None), "sentinels", ()):
                await sentinel.aclose()

    # --- sessions ---

    async def pull(self, session: str, position: Position) -> Missing | None:
        """Return what a copy misses, or `None`."""
        reply = await self._timed(PULL, session, *position.arguments())
        return None if reply[0] == b"current" else missing_of(reply)

    async def commit(self, session: str, position: Position, commit: Commit) -> Stored | Missing | Busy:
        """Store a commit if the copy is up to date; otherwise return what it misses."""
        reply = await self._timed(
            COMMIT,
            session,
            *position.arguments(),
            commit.token,
            self._ttl,
            int(commit.restarts),
            commit.changes,
            self._owner,
            int(commit.goes_first),
            self.settings.journal_bytes,
            self.channel(session),
            *commit.entries,
        )
        if reply[0] == b"busy":
            return Busy()
        if reply[0] != b"stored":
            return missing_of(reply)
        version, log_bytes, snapshot_bytes = reply[2:5]
        known = position.id if position.id and not commit.restarts else commit.token
        return Stored(Position(known, version, commit.token if version else ""), log_bytes, snapshot_bytes)

    async def compact(self, session: str, position: Position, snapshot: bytes) -> None:
        """Replace the log of a session by a snapshot, unless another process has changed it."""
        await self._call(COMPACT, session, *position.arguments(), snapshot, self._ttl)

    async def read_journal(self, session: str, session_id: str, first: int, count: int) -> tuple[int, int, list[bytes]]:
        """Return stored exchanges.

        Args:
            session: name of the session.
            session_id: `Position.id` of the copy.
            first: number of the first one wanted; older ones than the server has are left out.
            count: how many at most.

        Returns:
            The number of the first one, the number of the latest one that is stored, and the exchanges.
        """
        found, total, entries = await self._call(READ_JOURNAL, session, session_id, first, count)
        return found, total, entries

    # --- names of sessions ---

    async def register(self, session: str, *, is_closed: bool = False) -> None:
        """Add a session to the list of the open or of the closed ones."""
        lists = self._lists if is_closed else self._lists[::-1]
        await self._guarded(
            lambda client: self._pipelined(
                client,
                lambda pipe: (pipe.zadd(lists[0], {session: self.time.now()}, nx=True), pipe.zrem(lists[1], session)),
            )
        )

    async def unregister(self, sessions: Iterable[str]) -> None:
        """Remove sessions from the lists."""
        gone = list(sessions)
        for key in self._lists if gone else ():
            await self._guarded(_on_key("zrem", key, *gone))

    async def names(self) -> tuple[list[str], list[str]]:
        """Return the names of the closed and of the open sessions, oldest first, without those that have expired."""
        known: list[list[str]] = []
        for key in self._lists:
            rows: list[tuple[bytes, float]] = await self._guarded(_on_key("zrange", key, 0, -1, withscores=True))
            names = [name.decode() for name, _ in rows]
            alive = await self._exist(names)
            long_ago = self.time.now() - _REGISTERED_LONG_AGO  # one that is registered now may not be stored yet
            await self.unregister(
                [
                    name
                    for name, since in zip(names, (score for _, score in rows), strict=True)
                    if name not in alive and since < long_ago
                ]
            )
            known.append([name for name in names if name in alive])
        return known[0], known[1]

    async def _exist(self, sessions: Sequence[str]) -> set[str]:
        """Return those of the sessions that are stored."""
        if not sessions:
            return set()
        found = await self._guarded(
            lambda client: self._pipelined(client, lambda pipe: [pipe.exists(self._keys(each)[0]) for each in sessions])
        )
        return {session for session, exists in zip(sessions, found, strict=True) if exists}

    async def count_open(self) -> int:
        """Return the number of open sessions."""
        count: int = await self._guarded(lambda client: client.zcard(self._lists[1]))
        return count

    async def next_number(self) -> int:
        """Return the next number for the name of a session."""
        number: int = await self._guarded(lambda client: client.incr(self.key("names")))
        return number

    # --- the whole state ---

    async def read_stamp(self) -> bytes | None:
        """Return the stamp, or `None` if there is none."""
        stamp: bytes | None = await self._guarded(lambda client: client.get(self.key("stamp")))
        return stamp

    async def write_stamp(self, stamp: bytes) -> bytes:
        """Set the stamp unless there is one; return the one that holds."""
        await self._guarded(lambda client: client.set(self.key("stamp"), stamp, nx=True))
        return await self.read_stamp() or stamp

    async def keep_stamp(self, seconds: float) -> None:
        """Let the stamp and the lists of sessions expire after some seconds."""
        for key in (self.key("stamp"), self.key("names"), *self._lists):
            await self._guarded(_on_key("pexpire", key, int(seconds * 1000)))

    async def ping(self) -> None:
        """Check that the server replies."""
        await self._guarded(lambda client: client.ping())

    async def purge(self) -> int:
        """Remove all keys with the prefix; return their number."""

        async def remove(client: Any) -> int:
            count = 0
            pattern = f"{_escaped(self.settings.prefix)}:*"
            for key in [key async for key in client.scan_iter(match=pattern, count=_SCAN_BATCH)]:
                count += await client.delete(key)
            return count

        return await self._guarded(remove)

    @asynccontextmanager
    async def listening(self, session: str | None) -> AsyncIterator[Callable[[float], Awaitable[None]]]:
        """Subscribe to new exchanges of a session, or of all.

        Yields:
            A function that waits until there is one, or for that many seconds.
        """
        subscribe = getattr(self.client, "pubsub", None)  # a cluster's client may have none
        subscription = subscribe() if subscribe is not None else None

        async def wait(seconds: float) -> None:
            if subscription is None:
                await asyncio.sleep(min(seconds, 0.1))
                return
            try:
                await subscription.get_message(ignore_subscribe_messages=True, timeout=seconds)
            except Exception:  # noqa: BLE001  # the journal is asked again, and reports what is wrong
                await asyncio.sleep(min(seconds, 0.1))

        try:
            if subscription is not None:
                if session is None:
                    await self._guarded(lambda _: subscription.psubscribe(f"{_escaped(self.settings.prefix)}:wake:*"))
                else:
                    await self._guarded(lambda _: subscription.subscribe(self.channel(session)))
            yield wait
        finally:
            if subscription is not None:
                await subscription.aclose()

    # --- keys ---

    def key(self, name: str) -> str:
        """Return a key that belongs to no session."""
        return f"{self.settings.prefix}:{name}"

    def channel(self, session: str) -> str:
        """Return the channel on which new exchanges of a session are announced."""
        return f"{self.settings.prefix}:wake:{session}"

    @property
    def _lists(self) -> tuple[str, str]:
        return self.key("closed"), self.key("open")

    def _keys(self, session: str) -> tuple[str, ...]:
        tagged = f"{self.settings.prefix}:{{{session}}}"
        return f"{tagged}:meta", f"{tagged}:log", f"{tagged}:snapshot", f"{tagged}:journal"

    # --- commands ---

    async def _timed(self, script: str, session: str, *arguments: Any) -> list[Any]:
        """Run a script whose reply has the server's time."""
        sent = time.monotonic()
        reply: list[Any] = await self._call(script, session, *arguments)
        seconds, microseconds = reply[1]
        self.time.measure(int(seconds) + int(microseconds) / 1e6, sent, time.monotonic())
        return reply

    async def _call(self, script: str, session: str, *arguments: Any) -> Any:
        keys = self._keys(session)

        async def call(client: Any) -> Any:
            from redis.exceptions import NoScriptError

            is_replicated = script is COMMIT and self.settings.wait_replicas > 0
            run = self._replicated if is_replicated else _run
            try:
                return await run(client, "EVALSHA", _DIGESTS[script], len(keys), *keys, *arguments)
            except NoScriptError:  # the server has just started, or SCRIPT FLUSH was called
                return await run(client, "EVAL", script, len(keys), *keys, *arguments)

        return await self._guarded(call)

    async def _replicated(self, client: Any, *command: Any) -> Any:
        """Run a command and wait until enough replicas of the server have stored what it did."""
        wanted = self.settings.wait_replicas
        wait = ("WAIT", wanted, int(self.settings.command_seconds * 500))
        reply, replicas = await self._pipelined(
            client, lambda pipe: (pipe.execute_command(*command), pipe.execute_command(*wait))
        )
        if replicas < wanted:
            raise ConnectionError(f"{replicas} of {wanted} replicas have stored the request (state.wait_replicas)")
        return reply

    @staticmethod
    async def _pipelined(client: Any, queue: Callable[[Any], object]) -> Any:
        async with client.pipeline(transaction=False) as pipe:
            queue(pipe)
            return await pipe.execute()

    async def _guarded(self, command: Callable[[Any], Awaitable[Result]]) -> Result:
        """Return the result of a command.

        Raises:
            StateError: the server does not reply in time, or refuses the command.
        """
        from redis.exceptions import RedisError

        try:
            return await command(self.client)
        except (RedisError, OSError, TimeoutError) as error:
            message = f"the state at {self.url} cannot be used: {reason_of(error)}"
            self.on_failure(message, is_late=is_late(error))
            raise StateError(message) from None


def _on_key(command: str, key: str, *arguments: Any, **options: Any) -> Callable[[Any], Awaitable[Any]]:
    """Return a function that calls a client's method of that name."""
    return lambda client: getattr(client, command)(key, *arguments, **options)


async def _run(client: Any, *command: Any) -> Any:
    return await client.execute_command(*command)


def _sha1(script: str) -> str:
    from hashlib import sha1

    return sha1(script.encode(), usedforsecurity=False).hexdigest()  # the server's name of a script


_DIGESTS: Final = {script: _sha1(script) for script in (PULL, COMMIT, COMPACT, READ_JOURNAL)}


def _escaped(pattern: str) -> str:
    """Return text that matches itself as a pattern of keys."""
    return "".join(f"\\{each}" if each in "*?[]\\" else each for each in pattern)
