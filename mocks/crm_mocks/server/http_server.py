"""The server: one event loop and any number of ports."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import ssl
from collections.abc import Coroutine
from contextlib import suppress
from contextvars import Context
from typing import Any, Final

from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.asgi.transport import Asgi
from crm_mocks.server.body_room import BodyRoom
from crm_mocks.server.connection import Connection, Connections
from crm_mocks.server.descriptors import check_files_for_loop
from crm_mocks.server.protocol import MockProtocol
from crm_mocks.server.rejection import failed_handshake
from crm_mocks.server.sockets import Listener
from crm_mocks.server.tls_handshake import TlsHandshake
from crm_mocks.settings.host import HostSettings

_CHECK_SECONDS: Final = 1.0
"""Interval of time-out checks, unless a time-out is so short that more checks are needed."""

_LOOP_ITERATIONS: Final = 5
_POLL_SECONDS: Final = 0.01

GRACE_SECONDS: Final = 0.3
"""Time for responses in progress when the server stops; the process should exit within a second."""

log = logging.getLogger("crm_mocks")


class Server:
    """Serves an ASGI application.

    uvicorn is not used: it handles the process's signals, raises them again at its end, supports only one set of
    sockets, and takes a tenth of the time to start. Its protocol would need replacements of all its parts: a strict
    parser, time-outs, faults, and one write for a response.
    """

    def __init__(self, application: Asgi, listener: Listener, limits: HostSettings, tls: ssl.SSLContext | None) -> None:
        """Configure the server.

        Args:
            application: ASGI application; must add the Date header itself.
            listener: listening socket; the caller closes it.
            limits: limits of each connection.
            tls: TLS context, or `None` for plain HTTP.
        """
        self._application = application
        self._listener = listener
        self._limits = limits
        self._tls = tls
        self._servers: dict[int, asyncio.Server] = {}
        self._connections = Connections(listening=self._servers.__len__, bodies=BodyRoom(limits.bodies_bytes))
        self._timeout_task: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Start serving on the running event loop."""
        self._timeout_task = asyncio.get_running_loop().create_task(self._check_timeouts())
        await self.listen(self._listener)

    async def listen(self, listener: Listener) -> None:
        """Serve another socket."""
        port = listener.port  # fails if it has been closed
        loop = asyncio.get_running_loop()
        server = loop.create_server(self._protocol, sock=listener.socket)
        # Requests inherit the context in which their port was opened. That may be a request to the control API, where
        # asgiref would look for a thread that has ended, so use a context of their own.
        serving = await Context().run(loop.create_task, server)
        if listener.is_open:
            self._servers[port] = serving
        else:  # it was closed meanwhile
            serving.close()

    def on_rejected(self, request: RejectedRequest) -> None:
        """Called with each request that never reached the application; does nothing here."""

    def stop_listening(self, listener: Listener, port: int) -> None:
        """Stop serving an additional socket: close idle connections now, others after their response.

        Args:
            listener: the socket, which may not be served yet.
            port: its port.
        """
        server = self._servers.pop(port, None)
        if server is not None:
            server.close()
        listener.close()
        self.close_connections(port)

    def check_descriptors(self) -> None:
        """Check that another socket can be opened, and leave some descriptors for connections and files.

        Raises:
            OSError: it cannot.
        """
        if self._connections.used_descriptors >= self._connections.max_descriptors:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    def close_connections(self, port: int) -> None:
        """Close the connections of a port: idle ones now, others after their response."""
        for connection in list(self._connections.opened):
            if connection.server is not None and connection.server[1] == port:
                connection.shutdown()

    async def stop(self) -> None:
        """Stop: accept no connections, let responses in progress finish for a moment, abort the rest."""
        self._stopping = True
        if self._timeout_task is not None:
            self._timeout_task.cancel()
        await self._close_listeners()
        for connection in list(self._connections.opened):
            connection.shutdown()  # closes idle connections now, others after their response
        for handshake in list(self._connections.handshakes):
            handshake.abort()
        await self._wait(GRACE_SECONDS)
        for connection in list(self._connections.opened):
            connection.transport.abort()
        await _run_pending_callbacks()
        for task in list(self._connections.tasks):
            task.cancel()
        await self._wait(GRACE_SECONDS)

    async def _close_listeners(self) -> None:
        """Accept no more connections; register those already accepted."""
        loop = asyncio.get_running_loop()
        for listening in [each for server in self._servers.values() for each in server.sockets]:
            with suppress(NotImplementedError, RuntimeError):  # not supported by uvloop and Windows' proactor loop
                loop.remove_reader(listening)  # otherwise asyncio loses accepted connections when the server closes
        await _run_pending_callbacks()
        for server in self._servers.values():
            server.close()
        await _run_pending_callbacks()

    async def _wait(self, seconds: float) -> None:
        """Wait until all connections and requests have ended, with a time limit.

        Waits are counted, not the time: a response that came due while the process was held up is not late.
        """
        for _ in range(round(seconds / _POLL_SECONDS)):
            if not (self._connections.opened or self._connections.tasks):
                return
            await asyncio.sleep(_POLL_SECONDS)

    def _protocol(self) -> asyncio.Protocol:
        if self._stopping:  # a connection that is not aborted by `stop` would keep uvloop running
            return _AbortingProtocol()
        if self._tls is None:
            return self.new_protocol()
        limits = self._limits
        return TlsHandshake(
            self._tls,
            limits.head_seconds,
            self._connections,
            self.new_protocol,
            self._report_handshake,
            limits.connections,
        )

    def new_protocol(self) -> MockProtocol:
        """Return the protocol of a new connection."""
        return MockProtocol(*self.protocol_arguments)

    @property
    def protocol_arguments(self) -> tuple[Any, ...]:
        """Arguments of a connection's protocol."""
        return self._application, self._connections, self._limits, self.on_rejected

    def _report_handshake(self, port: int, error: ssl.SSLError) -> None:
        if not self._stopping:
            self.on_rejected(failed_handshake(port, error))

    async def _check_timeouts(self) -> None:
        """Enforce time-outs by checking all connections periodically, instead of a timer per request."""
        limits = self._limits
        pause = min(_CHECK_SECONDS, min(limits.head_seconds, limits.body_seconds, limits.idle_seconds) / 5)
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(pause)
            late = loop.time() - began - pause
            held_up = late if late > pause else 0.0
            await _run_pending_callbacks()  # bytes that came while the loop was held up are not late
            checked: tuple[Connection | TlsHandshake, ...] = (*self._connections.opened, *self._connections.handshakes)
            for connection in checked:
                try:
                    connection.check_timeouts(loop.time(), held_up)
                except Exception:  # an error in one connection must not stop the checks of others
                    log.exception("checking the time-outs of a connection failed; it is aborted")
                    connection.transport.abort()


async def _run_pending_callbacks() -> None:
    """Let pending callbacks run: asyncio needs three iterations to set up a connection that it has accepted."""
    for _ in range(_LOOP_ITERATIONS):
        await asyncio.sleep(0)


class _AbortingProtocol(asyncio.Protocol):
    """Aborts a connection as soon as it is made."""

    def connection_made(self, transport: asyncio.WriteTransport) -> None:  # type: ignore[override]  # see below
        """Abort the connection; uvloop's transports have the methods of asyncio's classes, but not their type."""
        transport.abort()


def run_on_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine on a new event loop: uvloop if installed, since it is faster."""
    try:
        import uvloop
    except ImportError:  # pragma: no cover  # not available on every platform
        asyncio.run(main)
        return
    try:
        check_files_for_loop()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main)
    finally:
        main.close()  # if there was no loop to run it on
