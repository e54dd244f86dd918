"""Connection faults, injected at the transport because ASGI cannot express them."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Iterator
from http import HTTPStatus
from random import Random
from typing import Any, Final

from crm_mocks.faults import Fault

Head = tuple[int, list[tuple[str, str]]]

_PIECES_PER_SECOND: Final = 10
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
        if fault is Fault.SLOW_BODY:
            await self._send_slowly(head, body, seconds)
            return
        try:
            if fault is Fault.CONNECTION_RESET_BY_PEER:
                self._reset()
                return
            if fault is Fault.TIMEOUT:
                await self._ended_within(seconds)
            sent = fault_bytes(fault, head, body, random)
            if sent:
                self._transport.write(sent)
            await self._close()
        finally:
            self._cycle.disconnected = True  # otherwise the server would send a response of its own

    @property
    def _transport(self) -> Any:
        return self._protocol.transport

    def _resume_reading(self) -> None:
        """Resume reading, which large bodies pause, so that a disconnect is noticed."""
        if not self._protocol.pipeline:  # otherwise more requests would be read while this one is in progress
            self._protocol.flow.resume_reading()

    async def _ended_within(self, seconds: float) -> bool:
        """Wait; return `True` as soon as the connection or the server ends."""
        return await _wait_for(self._ended, seconds)

    async def _close(self) -> None:
        """Close the connection after the client has received what was written."""
        self._transport.close()
        if not await self._ended_within(_FLUSH_SECONDS):
            self._transport.abort()

    def _reset(self) -> None:
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    async def _send_slowly(self, head: Head, body: bytes, seconds: float) -> None:
        """Send the body in pieces spread evenly over the duration."""
        status, headers = head
        raw_headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
        await self._cycle.send({"type": "http.response.start", "status": status, "headers": raw_headers})
        self._cycle.flush()
        pieces = list(slow_pieces(body, seconds)) or [b""]
        for piece in pieces:
            if await self._ended_within(seconds / len(pieces)):
                self._transport.close()
                self._cycle.disconnected = True
                return
            await self._cycle.send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._cycle.send({"type": "http.response.body", "body": b""})


async def _wait_for(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event with a timeout; return whether it was set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def slow_pieces(body: bytes, seconds: float) -> Iterator[bytes]:
    """Yield the pieces in which `SLOW_BODY` sends a body over this duration."""
    size = -(-len(body) // max(2, round(seconds * _PIECES_PER_SECOND))) or 1
    for start in range(0, len(body), size):
        yield body[start : start + size]


def fault_bytes(fault: Fault, head: Head, body: bytes, random: Random) -> bytes:
    """Return the bytes that a fault sends before the connection is closed."""
    if fault is Fault.RANDOM_DATA_THEN_CLOSE:
        return b"\xff" + random.randbytes(random.randrange(64, 512))  # the first byte makes it invalid HTTP
    if fault is Fault.MALFORMED_RESPONSE_CHUNK:
        return _head_bytes(head, ("Transfer-Encoding", "chunked")) + b"~" + random.randbytes(32).hex().encode()
    if fault is Fault.TRUNCATED_BODY:
        announced = max(1, len(body))  # for an empty body, announce one byte and send none
        return _head_bytes(head, ("Content-Length", str(announced))) + body[: len(body) // 2]
    return b""


def _head_bytes(head: Head, framing: tuple[str, str]) -> bytes:
    """Return status line and headers with a given framing header, including the empty line."""
    status, headers_given = head
    headers = [header for header in headers_given if header[0].lower() not in ("content-length", "transfer-encoding")]
    lines = [f"HTTP/1.1 {status} {_phrase(status)}"]
    lines += [f"{name}: {value}" for name, value in [*headers, framing, ("Connection", "close")]]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
