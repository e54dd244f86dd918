"""The connection to the server that holds the state: commands, scripts, and failures."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from crm_mocks.errors import CrmMocksError, StateError
from crm_mocks.settings.state import StateSettings
from crm_mocks.state.shared.failures import OnFailure, ignore_failure, is_late, is_late_to_connect, reason_of
from crm_mocks.state.shared.scripts import COMMIT, DIGESTS
from crm_mocks.state.shared.server_time import ServerTime
from crm_mocks.state.shared.url import StateUrl

Result = TypeVar("Result")

STAMP: Final = "stamp"
NAMES: Final = "names"
OPEN_SESSIONS: Final = "open"
CLOSED_SESSIONS: Final = "closed"

COMMON_KEYS: Final = (STAMP, NAMES, OPEN_SESSIONS, CLOSED_SESSIONS)
"""The keys that belong to no session."""

_SCAN_BATCH: Final = 500


class StateConnection:
    """Sends commands; every failure becomes a `StateError` at once, whose message has no credentials.

    Attributes:
        time: the server's time.
        process: name of this process, in `scripts.PROCESS_LENGTH` characters.
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
        self.process = secrets.token_hex(8)
        self.on_failure: OnFailure = ignore_failure
        self._client: Any = None

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

    # --- keys ---

    def key(self, name: str) -> str:
        """Return a key that belongs to no session, one of `COMMON_KEYS`, or a channel."""
        return f"{self.settings.prefix}:{name}"

    def session_key(self, session: str, name: str) -> str:
        """Return a key of a session; in a Cluster, all of them are on one server."""
        return f"{self.settings.prefix}:{{{session}}}:{name}"

    # --- commands ---

    async def run_timed(self, script: str, keys: tuple[str, ...], *arguments: Any) -> list[Any]:
        """Run a script whose reply has the server's time in second place."""
        sent = time.monotonic()
        reply: list[Any] = await self.run(script, keys, *arguments)
        seconds, microseconds = reply[1]
        self.time.measure(int(seconds) + int(microseconds) / 1e6, sent, time.monotonic())
        return reply

    async def run(self, script: str, keys: tuple[str, ...], *arguments: Any) -> Any:
        """Run a script; load it first if the server does not know it."""

        async def call(client: Any) -> Any:
            from redis.exceptions import NoScriptError

            is_replicated = script is COMMIT and self.settings.wait_replicas > 0
            run = self._replicated if is_replicated else _execute
            try:
                return await run(client, "EVALSHA", DIGESTS[script], len(keys), *keys, *arguments)
            except NoScriptError:  # the server has just started, or SCRIPT FLUSH was called
                return await run(client, "EVAL", script, len(keys), *keys, *arguments)

        return await self.guarded(call)

    async def pipelined(self, queue: Callable[[Any], object]) -> list[Any]:
        """Return the replies to commands that are sent together.

        Args:
            queue: adds the commands to a pipeline.
        """
        return await self.guarded(lambda client: _pipelined(client, queue))

    async def guarded(self, command: Callable[[Any], Awaitable[Result]]) -> Result:
        """Return the result of a function that uses the client.

        Raises:
            StateError: the server does not reply in time, or refuses the command.
        """
        from redis.exceptions import RedisClusterException, RedisError

        try:
            try:
                return await command(self.client)
            except RedisError as error:
                if not is_late_to_connect(error):
                    raise
            return await command(self.client)  # nothing was sent, and it may have been this process that was late
        except (RedisError, RedisClusterException, OSError, TimeoutError) as error:
            message = f"the state at {self.url} cannot be used: {reason_of(error)}"
            self.on_failure(message, is_late=is_late(error))
            raise StateError(message) from None

    @contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """Read values in the block that others may have written: whatever they cause is a `StateError`.

        Args:
            what: what the values belong to, such as `the session default`.
        """
        try:
            yield
        except CrmMocksError:
            raise
        except Exception as error:
            raise StateError(
                f"the state at {self.url} has values of {what} that crm-mocks has not written: "
                "use another state.prefix, or remove it with crm-mocks state purge"
            ) from error

    async def _replicated(self, client: Any, *command: Any) -> Any:
        """Run a command, and wait until enough replicas of the server have stored its effects."""
        wanted = self.settings.wait_replicas
        wait = ("WAIT", wanted, int(self.settings.command_seconds * 500))
        reply, replicas = await _pipelined(
            client, lambda pipe: (pipe.execute_command(*command), pipe.execute_command(*wait))
        )
        if replicas < wanted:
            raise ConnectionError(f"{replicas} of {wanted} replicas have stored the request (state.wait_replicas)")
        return reply

    async def purge(self) -> int:
        """Remove all keys with the prefix, but not those of a longer prefix; return their number."""

        async def remove(client: Any) -> int:
            of_sessions = client.scan_iter(match=self.key("{*"), count=_SCAN_BATCH)
            keys = [*map(self.key, COMMON_KEYS), *[key async for key in of_sessions]]
            return sum([await client.delete(key) for key in keys])  # a cluster deletes one by one

        return await self.guarded(remove)


async def _execute(client: Any, *command: Any) -> Any:
    return await client.execute_command(*command)


async def _pipelined(client: Any, queue: Callable[[Any], object]) -> list[Any]:
    async with client.pipeline(transaction=False) as pipe:
        queue(pipe)
        replies: list[Any] = await pipe.execute()
        return replies
