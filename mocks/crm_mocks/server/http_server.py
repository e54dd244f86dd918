"""The server: uvicorn's HTTP protocol on one event loop, on as many ports as wanted."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from contextvars import Context
from typing import Any, Final

import uvicorn
from uvicorn.server import ServerState

from crm_mocks.asgi.transport import Receive, Scope, Send
from crm_mocks.server.protocol import MockProtocol
from crm_mocks.server.sockets import Listener
from crm_mocks.settings.host import HostSettings

_SWEEP_SECONDS: Final = 1.0
"""How often connections are looked over, unless a limit of time is so short that it takes more."""

_ROUNDS_TO_SETTLE: Final = 5

GRACE_SECONDS: Final = 0.3
"""How long a stop waits for answers that are being given; the whole process is to be gone within a second."""


log = logging.getLogger("crm_mocks")


Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class Server:
    """Serves an ASGI application.

    `uvicorn.Server` is not used: it takes the process's signals to itself and raises them again after its end, and
    knows one set of sockets only. Its protocol class needs no more than a configuration and a set of connections.
    """

    def __init__(self, application: Asgi, listener: Listener, limits: HostSettings, tls: ssl.SSLContext | None) -> None:
        """Take what is served, and how.

        Args:
            application: adds the Date header itself.
            listener: where; it is the caller's to close.
            limits: what each connection has to keep.
            tls: what sockets are wrapped with; `None` serves plain HTTP.
        """
        self._application = application
        self._listener = listener
        self._limits = limits
        self._tls = tls
        self._state = ServerState()
        self._servers: dict[int, asyncio.Server] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False
        self._config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            http=MockProtocol,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,  # the application sends its own: a session's
            proxy_headers=False,  # the address of the client is never looked at
        )
        self._config.load()

    async def start(self) -> None:
        """Begin to answer; must be called on the event loop that is to serve."""
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())
        await self.listen(self._listener)

    async def listen(self, listener: Listener) -> None:
        """Answer at a further socket."""
        loop = asyncio.get_running_loop()
        handshake = self._limits.head_seconds if self._tls is not None else None
        server = loop.create_server(
            self._protocol, sock=listener.socket, ssl=self._tls, ssl_handshake_timeout=handshake
        )
        # What a port is asked runs in the context that the port was opened in, which may be that of a request to the
        # control API: asgiref would look there for a thread that has long ended.
        self._servers[listener.port] = await Context().run(loop.create_task, server)

    def leave(self, port: int) -> None:
        """Close a further port: idle connections end now, others after their answer."""
        self._servers.pop(port).close()
        for connection in list(self._state.connections):
            at = connection.transport.get_extra_info("sockname")
            if at is not None and at[1] == port:
                connection.shutdown()

    async def stop(self) -> None:
        """Stop: no new connections, a moment for the answers being given, then the rest is cut off."""
        self._stopping = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self._stop_listening()
        for connection in list(self._state.connections):
            connection.shutdown()  # closes idle ones now, others after their answer
        await self._wait(GRACE_SECONDS)
        for connection in list(self._state.connections):
            connection.transport.abort()
        await _settle()
        for task in list(self._state.tasks):
            task.cancel()
        await self._wait(GRACE_SECONDS)

    async def _stop_listening(self) -> None:
        """Accept nothing more; what has been accepted is made known."""
        loop = asyncio.get_running_loop()
        for listening in [each for server in self._servers.values() for each in server.sockets]:
            with suppress(NotImplementedError, RuntimeError):  # uvloop and Windows' own loop let nobody do this
                loop.remove_reader(listening)  # asyncio's loses what it has accepted if the server is closed before
        await _settle()
        for server in self._servers.values():
            server.close()
        await _settle()

    async def _wait(self, seconds: float) -> None:
        """Wait until all connections and requests are done, but not longer than that."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while (self._state.connections or self._state.tasks) and loop.time() < deadline:  # noqa: ASYNC110  # uvicorn's own sets
            await asyncio.sleep(0.01)

    def _protocol(self) -> asyncio.Protocol:
        if self._stopping:  # what is served after the last look at all connections would keep uvloop from its end
            return _Refusal()
        return MockProtocol(config=self._config, server_state=self._state, app_state={}, limits=self._limits)

    async def _sweep(self) -> None:
        """Keep the limits of time: one look at all connections now and then, instead of a timer for each request."""
        limits = self._limits
        pause = min(_SWEEP_SECONDS, min(limits.head_seconds, limits.body_seconds, limits.idle_seconds) / 5)
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(pause)
            for connection in self._connections():
                try:
                    connection.sweep(loop.time())
                except Exception:  # the time of all others is to be kept, whatever befalls one
                    log.exception("a connection is cut off that could not be looked over")
                    connection.transport.abort()

    def _connections(self) -> Iterator[MockProtocol]:
        connections: set[Any] = self._state.connections  # all are of our own protocol
        yield from tuple(connections)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        except asyncio.CancelledError:
            if not self._stopping:  # uvicorn would log what the stop cut off as an error of the application
                raise


async def _settle() -> None:
    """Let the event loop end what it has begun: asyncio's takes three rounds to serve a connection it has accepted."""
    for _ in range(_ROUNDS_TO_SETTLE):
        await asyncio.sleep(0)


class _Refusal(asyncio.Protocol):
    """Ends a connection as soon as it is made."""

    def connection_made(self, transport: asyncio.WriteTransport) -> None:  # type: ignore[override]  # see below
        """Abort: uvloop's transports are none of asyncio's classes, but have all of their methods."""
        transport.abort()


def run_on_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on an event loop of its own: uvloop's where it is installed, since it is faster."""
    try:
        import uvloop
    except ImportError:  # pragma: no cover  # it is not made for every platform
        asyncio.run(main)
        return
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
