"""Connection faults, injected at the transport because ASGI cannot express them."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from random import Random
from typing import Any, Final

from crm_mocks.faults import Fault
from crm_mocks.server.fault_sequence import Head, inject_fault

_FLUSH_SECONDS: Final = 5.0
"""Time for a client to read the last bytes before the connection is aborted."""

_RESET_ON_CLOSE: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""SO_LINGER value (on, 0 seconds) that makes a socket discard unsent data and send RST."""


class TransportFaultInjector:
    """Injects faults into the response to one request; see `crm_mocks.asgi.transport.FaultInjector`.

    Works with any event loop and over TLS: only a reset accesses the socket.
    """

    __slots__ = ("_cycle", "_disconnected", "_ended", "_protocol")

    def __init__(self, protocol: Any, cycle: Any, disconnected: asyncio.Event, ended: asyncio.Event) -> None:
        """Attach to a connection.

        Args:
            protocol: the protocol of the connection.
            cycle: the request with its response.
            disconnected: set when the client closes its side of the connection, or the connection is lost.
            ended: set in these cases, and when the server stops.
        """
        self._protocol = protocol
        self._cycle = cycle
        self._disconnected = disconnected
        self._ended = ended

    async def delay(self, seconds: float) -> None:
        """Wait before responding; stop waiting when the client closes its side of the connection."""
        self._resume_reading()
        await _wait_for(self._disconnected, seconds)

    async def inject(self, fault: Fault, head: Head, body: bytes, *, seconds: float, random: Random) -> None:
        """Respond with a fault."""
        self._resume_reading()
        try:
            await inject_fault(self, fault, head, body, seconds=seconds, random=random)
        finally:
            if not self._cycle.response_complete:
                self._cycle.disconnected = True  # otherwise the server would send a response of its own

    @property
    def _transport(self) -> Any:
        return self._protocol.transport

    def _resume_reading(self) -> None:
        """Resume reading, which large bodies pause, so that a disconnect is noticed."""
        if not self._protocol.pipeline:  # otherwise more requests would be read while this one is in progress
            self._protocol.flow.resume_reading()

    # --- see `FaultyConnection` ---

    async def wait(self, seconds: float) -> bool:
        """Wait; return `True` as soon as the connection or the server ends."""
        return await _wait_for(self._ended, seconds)

    async def send(self, message: Any) -> None:
        """Send an ASGI message now."""
        await self._cycle.send(message)
        if message["type"] == "http.response.start":
            self._cycle.flush()

    def write(self, data: bytes) -> None:
        """Write bytes that need not be HTTP."""
        self._transport.write(data)

    def reset(self) -> None:
        """Reset the connection."""
        reset(self._transport)

    async def close(self) -> None:
        """Close the connection after the client has received what was written."""
        self._transport.close()
        if not await self.wait(_FLUSH_SECONDS):
            self._transport.abort()


def reset(transport: Any) -> None:
    """Reset the TCP connection of a transport."""
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()


async def _wait_for(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event with a timeout; return whether it was set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
