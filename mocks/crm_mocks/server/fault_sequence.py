"""The steps of each connection fault, the same over sockets and in memory."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, Final, Protocol

from crm_mocks.faults import Fault
from crm_mocks.reason_phrases import reason_phrase

Head = tuple[int, list[tuple[str, str]]]

_PIECES_PER_SECOND: Final = 10


class FaultyConnection(Protocol):
    """The server's end of a connection, for the response to one request."""

    async def wait(self, seconds: float) -> bool:
        """Wait; return `True` as soon as the connection has ended."""

    async def send(self, message: Any) -> None:
        """Send an ASGI message now."""

    def write(self, data: bytes) -> None:
        """Write bytes that need not be HTTP."""

    def reset(self) -> None:
        """Reset the connection."""

    async def close(self) -> None:
        """Close the connection after the client has received what was written."""


async def inject_fault(
    connection: FaultyConnection, fault: Fault, head: Head, body: bytes, *, seconds: float, random: Random
) -> None:
    """Respond with a fault.

    Args:
        connection: the connection.
        fault: the fault.
        head: status and headers of the response that the fault replaces.
        body: its body.
        seconds: duration of a timed fault.
        random: source of random bytes.
    """
    if fault is Fault.SLOW_BODY:
        await _send_slowly(connection, head, body, seconds)
        return
    if fault is Fault.CONNECTION_RESET_BY_PEER:
        connection.reset()
        return
    if fault is Fault.TIMEOUT:
        await connection.wait(seconds)
    sent = _fault_bytes(fault, head, body, random)
    if sent:
        connection.write(sent)
    await connection.close()


async def _send_slowly(connection: FaultyConnection, head: Head, body: bytes, seconds: float) -> None:
    """Send the body in pieces spread evenly over the duration, unless the connection ends."""
    status, headers = head
    raw_headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    await connection.send({"type": "http.response.start", "status": status, "headers": raw_headers})
    pieces = list(_slow_pieces(body, seconds)) or [b""]
    for piece in pieces:
        if await connection.wait(seconds / len(pieces)):
            await connection.close()
            return
        await connection.send({"type": "http.response.body", "body": piece, "more_body": True})
    await connection.send({"type": "http.response.body", "body": b""})


def _slow_pieces(body: bytes, seconds: float) -> Iterator[bytes]:
    """Yield the pieces in which `SLOW_BODY` sends a body over this duration."""
    size = -(-len(body) // max(2, round(seconds * _PIECES_PER_SECOND))) or 1
    for start in range(0, len(body), size):
        yield body[start : start + size]


def _fault_bytes(fault: Fault, head: Head, body: bytes, random: Random) -> bytes:
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
    lines = [f"HTTP/1.1 {status} {reason_phrase(status)}"]
    lines += [f"{name}: {value}" for name, value in [*headers, framing, ("Connection", "close")]]
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
