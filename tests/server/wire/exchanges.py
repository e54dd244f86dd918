"""Raw exchanges with a server: send bytes, parse responses."""

from __future__ import annotations

import itertools
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from crm_mocks.server.thread import Mocks
from tests.server.connections import connect

_NUMBERS = itertools.count(1)
_PATH = re.compile(rb"( (?:https?://[^/ ]*)?)/toy/", re.IGNORECASE)


@dataclass(frozen=True)
class Answered:
    """A received response, with headers by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_bare(self) -> bool:
        """Whether it is the plain response to a malformed request."""
        return self.headers.get("content-type") == "text/plain; charset=utf-8"

    def check(self) -> None:
        """Assert that it is in the vendor's format, or a page or problem document of the host."""
        if self.is_bare:
            assert self.headers["connection"] == "close"
        else:
            assert self.headers["content-type"] in ("application/json", "application/problem+json")
            assert isinstance(json.loads(self.body), dict)


def converse(mocks: Mocks, sent: bytes, *, ends: bool = True, byte_by_byte: bool = False) -> list[Answered]:
    """Send bytes in a new session, and return all responses until the connection ends.

    Args:
        mocks: serve Toy CRM.
        sent: what to send.
        ends: end the client's side when all is sent; otherwise the server must close by itself.
        byte_by_byte: send each byte in a packet of its own.
    """
    sent = _PATH.sub(rb"\1/~wire-%d/toy/" % next(_NUMBERS), sent)
    with connect(mocks) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in (bytes([byte]) for byte in sent) if byte_by_byte else (sent,):
                connection.sendall(piece)
            if ends:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before the end: the answer is there all the same
        return list(answers(everything(connection), heads=sent.startswith(b"HEAD")))


def everything(connection: socket.socket) -> bytes:
    """Return all bytes until the connection ends; fail if it does not."""
    chunks = []
    try:
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    except ConnectionResetError:
        pass
    return b"".join(chunks)


def next_status(connection: socket.socket) -> int:
    """Read one response with its body, and return its status."""
    came = b""
    while b"\r\n\r\n" not in came or len(came.partition(b"\r\n\r\n")[2]) < _length(came):
        chunk = connection.recv(65536)
        assert chunk, "the connection ended before the answer"
        came += chunk
    return int(came.split(b" ")[1])


def _length(came: bytes) -> int:
    return int(came.lower().partition(b"content-length: ")[2].partition(b"\r")[0])


def answers(received: bytes, *, heads: bool = False) -> Iterator[Answered]:
    """Yield the responses on a connection, skipping interim ones.

    Args:
        received: all bytes that came.
        heads: they are answers to HEAD, which have no body.
    """
    while received:
        head, end, received = received.partition(b"\r\n\r\n")
        assert end, head
        line, *fields = head.decode("latin-1").split("\r\n")
        version, status, _ = line.split(" ", 2)
        assert version == "HTTP/1.1"
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        if status == "100":
            continue
        size = 0 if heads else int(headers["content-length"])
        assert len(received) >= size, "the answer ends early"
        body, received = received[:size], received[size:]
        yield Answered(int(status), headers, b"{}" if heads else body)


def is_served(mocks: Mocks) -> bool:
    """Return whether a request on a new connection is served."""
    with connect(mocks) as connection:
        connection.sendall(b"GET /~next/toy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return [answer.status for answer in answers(everything(connection))] == [404]
