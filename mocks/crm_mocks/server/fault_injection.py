"""Faults on the connection itself: what ASGI cannot say, the transport can."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Iterator
from http import HTTPStatus
from random import Random
from typing import Any, Final

from crm_mocks.asgi.transport import FAULT_INJECTOR
from crm_mocks.faults import Fault

Head = tuple[int, list[tuple[str, str]]]

_PIECES_A_SECOND: Final = 10
_FLUSH_SECONDS: Final = 5.0
"""How long a client may take to fetch the last bytes before the connection is cut off."""

_RESET_ON_CLOSE: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""The linger structure that has a socket discard what is unsent and reset: on, for 0 seconds."""


def offer_fault_injector(protocol: Any, gone: asyncio.Event, over: asyncio.Event) -> None:
    """Put a wire into the scope of the request whose headers a connection has just read.

    Args:
        protocol: uvicorn's HTTP protocol.
        gone: set when the client has ended its side of the connection, or the connection is lost.
        over: set then, and when the server stops.
    """
    cycle = protocol.cycle
    if cycle is not None and cycle.scope is protocol.scope:
        protocol.scope.setdefault("extensions", {})[FAULT_INJECTOR] = TransportFaultInjector(
            protocol, cycle, gone, over
        )


class TransportFaultInjector:
    """The connection of one request; see `crm_mocks.asgi.transport.Wire`.

    It works with any event loop and over TLS: only a reset reaches through to the socket.
    """

    __slots__ = ("_cycle", "_gone", "_over", "_protocol")

    def __init__(self, protocol: Any, cycle: Any, gone: asyncio.Event, over: asyncio.Event) -> None:
        """Take the connection.

        Args:
            protocol: uvicorn's HTTP protocol.
            cycle: what uvicorn knows of the request and its answer.
            gone: set when the client has ended its side of the connection, or the connection is lost.
            over: set then, and when the server stops.
        """
        self._protocol = protocol
        self._cycle = cycle
        self._gone = gone
        self._over = over

    async def hold(self, seconds: float) -> None:
        """Wait before an answer is given; who has ended his side of the connection gets it at once."""
        self._listen()
        await _comes(self._gone, seconds)

    async def fault(self, fault: Fault, head: Head, body: bytes, *, seconds: float, random: Random) -> None:
        """Answer with a fault."""
        self._listen()
        if fault is Fault.SLOW_BODY:
            await self._dribble(head, body, seconds)
            return
        try:
            if fault is Fault.CONNECTION_RESET_BY_PEER:
                self._reset()
                return
            if fault is Fault.TIMEOUT:
                await self._is_over(seconds)
            sent = _bytes(fault, head, body, random)
            if sent:
                self._transport.write(sent)
            await self._close()
        finally:
            self._cycle.disconnected = True  # or uvicorn would miss an answer, and give one of its own

    @property
    def _transport(self) -> Any:
        return self._protocol.transport

    def _listen(self) -> None:
        """See to it that the client's going is noticed, however large the body was that it has sent."""
        if not self._protocol.pipeline:  # else further requests would be read while nobody answers them
            self._protocol.flow.resume_reading()

    async def _is_over(self, seconds: float) -> bool:
        """Wait so long; return at once, and `True`, when the connection or the server is at its end."""
        return await _comes(self._over, seconds)

    async def _close(self) -> None:
        """Close the connection, once the client has what was written."""
        self._transport.close()
        if not await self._is_over(_FLUSH_SECONDS):
            self._transport.abort()

    def _reset(self) -> None:
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    async def _dribble(self, head: Head, body: bytes, seconds: float) -> None:
        """Send the body in pieces over so many seconds, the last piece at their end."""
        status, headers = head
        raw_headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
        await self._cycle.send({"type": "http.response.start", "status": status, "headers": raw_headers})
        pieces = list(_pieces(body, seconds)) or [b""]
        for piece in pieces:
            if await self._is_over(seconds / len(pieces)):
                self._transport.close()
                self._cycle.disconnected = True
                return
            await self._cycle.send({"type": "http.response.body", "body": piece, "more_body": True})
        await self._cycle.send({"type": "http.response.body", "body": b""})


async def _comes(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, but not longer than that; tell whether it has come."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def _pieces(body: bytes, seconds: float) -> Iterator[bytes]:
    size = -(-len(body) // max(2, round(seconds * _PIECES_A_SECOND))) or 1
    for start in range(0, len(body), size):
        yield body[start : start + size]


def _bytes(fault: Fault, head: Head, body: bytes, random: Random) -> bytes:
    """Return all that a fault sends before the connection is closed."""
    if fault is Fault.RANDOM_DATA_THEN_CLOSE:
        return b"\xff" + random.randbytes(random.randrange(64, 512))  # no HTTP, whatever follows
    if fault is Fault.MALFORMED_RESPONSE_CHUNK:
        return _head_bytes(head, ("Transfer-Encoding", "chunked")) + b"~" + random.randbytes(32).hex().encode()
    if fault is Fault.TRUNCATED_BODY:
        announced = max(1, len(body))  # of an empty body, the one byte is missing
        return _head_bytes(head, ("Content-Length", str(announced))) + body[: len(body) // 2]
    return b""


def _head_bytes(head: Head, framing: tuple[str, str]) -> bytes:
    """Return status line and headers, with a framing of its own, up to the empty line."""
    status, given = head
    headers = [header for header in given if header[0].lower() not in ("content-length", "transfer-encoding")]
    lines = [f"HTTP/1.1 {status} {_phrase(status)}"]
    lines += [f"{name}: {value}" for name, value in [*headers, framing, ("Connection", "close")]]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
