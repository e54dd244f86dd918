"""Connections whose TLS handshake is not complete: they count as connections, and the oldest make room for others."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from crm_mocks.server.connection import Connections


_NEVER: Final = 1e6
"""Seconds after which a timer would end a handshake, even if its last bytes have come; see `check_timeouts`."""


class TlsHandshake(asyncio.Protocol):
    """A connection until its handshake is complete. What it brings early is passed on to its protocol."""

    transport: asyncio.Transport

    def __init__(
        self,
        tls: ssl.SSLContext,
        seconds: float,
        connections: Connections,
        make_protocol: Callable[[], asyncio.Protocol],
        on_failed: Callable[[int, ssl.SSLError], None],
        limit: int,
    ) -> None:
        """Prepare the handshake of a connection.

        Args:
            tls: TLS context.
            seconds: time that the handshake may take.
            connections: the connections of the server.
            make_protocol: returns the protocol of the connection.
            on_failed: called with the port and the error of a handshake that fails.
            limit: maximum number of connections.
        """
        self._tls = tls
        self._seconds = seconds
        self._connections = connections
        self._make_protocol = make_protocol
        self._on_failed = on_failed
        self._limit = limit
        self._begun = b""
        self._received = bytearray()
        self._has_ended = False
        self._lost: Exception | None = None
        self._is_lost = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvloop has its own type
        """Wait for the first bytes, or close the connection if there are too many."""
        self.transport = transport
        self._connections.handshakes[self] = None
        self._began = asyncio.get_running_loop().time()
        if not self._connections.make_room(self._limit):
            self.abort()

    def data_received(self, data: bytes) -> None:
        """Begin the handshake; later, keep what came with its end."""
        if self._begun:
            self._received += data
            return
        loop = asyncio.get_running_loop()
        self._begun = data
        self.transport.pause_reading()
        task = loop.create_task(self._run())
        self._connections.tasks.add(task)
        task.add_done_callback(self._connections.tasks.discard)
        loop.call_soon(loop.call_soon, self._feed)  # with what `start_tls` calls soon: it connects, and reads on

    def eof_received(self) -> bool:
        """Remember the end of the client's side; return whether the server's side stays open."""
        self._has_ended = True
        return bool(self._begun)

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember the end of the connection."""
        self._is_lost, self._lost = True, exc
        self._end()

    def abort(self) -> None:
        """Close the connection at once."""
        self._end()
        self.transport.abort()

    def check_timeouts(self, now: float, held_up: float) -> None:
        """See `Connection.check_timeouts`."""
        self._began = min(self._began + held_up, now)
        if now - self._began > self._seconds:
            self.abort()

    def _end(self) -> None:
        self._connections.handshakes.pop(self, None)

    async def _run(self) -> None:
        port = self.transport.get_extra_info("sockname")[1]
        loop = asyncio.get_running_loop()
        try:
            transport = await loop.start_tls(
                self.transport, self, self._tls, server_side=True, ssl_handshake_timeout=_NEVER
            )
        except OSError as error:  # the client has left or takes too long, or it is an SSLError
            if isinstance(error, ssl.SSLError):
                self._on_failed(port, error)
            return
        finally:
            self._end()
        if transport is not None and (self._received or not self.transport.is_closing()):
            self._pass_on(transport)

    def _feed(self) -> None:
        """Pass on the bytes that were read before there was a protocol for TLS."""
        protocol: Any = self.transport.get_protocol()  # a buffered protocol, which uvloop's is not by type
        rest = self._begun
        while rest and protocol is not self and not self.transport.is_closing():
            buffer = protocol.get_buffer(len(rest))
            size = min(len(buffer), len(rest))
            buffer[:size], rest = rest[:size], rest[size:]
            protocol.buffer_updated(size)

    def _pass_on(self, transport: asyncio.Transport) -> None:
        protocol = self._make_protocol()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if self._received:
            protocol.data_received(bytes(self._received))
        if self._has_ended and not protocol.eof_received():
            transport.close()
        if self._is_lost:
            protocol.connection_lost(self._lost)
