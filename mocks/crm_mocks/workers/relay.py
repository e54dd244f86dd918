"""Relaying a TLS connection: its keys stay in the worker that accepted it, so the owner gets a plain connection.

The two workers are connected by TCP, not by a Unix socket, so that a reset by the owner reaches the client as one.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from crm_mocks.server.fault_injection import reset


class RelayEnd(asyncio.Protocol):
    """One of the two connections of a relay; what it receives is sent to the other."""

    def __init__(self, on_end: Callable[[RelayEnd], None]) -> None:
        """Create an end.

        Args:
            on_end: called when the connection is lost.
        """
        self._on_end = on_end
        self.transport: Any = None
        self.other: RelayEnd

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Pass bytes on."""
        self.other.transport.write(data)

    def eof_received(self) -> None:
        """Let the transport close the connection: TLS closes both sides."""

    def connection_lost(self, exc: Exception | None) -> None:
        """End the other connection in the same way."""
        if self.other.transport is not None:
            if isinstance(exc, ConnectionResetError):
                reset(self.other.transport)
            else:
                self.other.transport.close()
        self._on_end(self)

    def pause_writing(self) -> None:
        """Receive no more until this connection takes it."""
        self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        """Receive again."""
        with suppress(RuntimeError):  # already closed
            self.other.transport.resume_reading()


def tcp_pair() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a TCP connection within this machine.

    Raises:
        OSError: there is no loopback address.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=8) as listening:
        one = socket.create_connection(listening.getsockname())
        while True:
            other, address = listening.accept()
            if address == one.getsockname():
                break
            other.close()  # another program has connected
    for each in (one, other):
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        each.setblocking(False)  # noqa: FBT003  # positional-only parameter
    return one, other


def relay(
    transport: Any, on_end: Callable[[RelayEnd], None]
) -> tuple[RelayEnd, RelayEnd, socket.socket, socket.socket]:
    """Connect a TLS connection to a new plain one; the caller connects the second end to the first socket.

    Args:
        transport: transport of the TLS connection; it gets the first end as its protocol, and does not read yet.
        on_end: called with each end when its connection is lost.

    Returns:
        Both ends, the socket for the second end, and the socket for the owner.
    """
    near, far = tcp_pair()
    client, owner = RelayEnd(on_end), RelayEnd(on_end)
    client.other, owner.other = owner, client
    client.transport = transport
    transport.set_protocol(client)
    return client, owner, near, far
