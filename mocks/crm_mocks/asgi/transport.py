"""Bytes in and out: reading a request's body, sending an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from random import Random
from typing import Any, Final, Protocol

from crm_mocks.faults import Fault

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = MutableMapping[str, Any]

FAULT_INJECTOR: Final = "crm_mocks.wire"
"""Where the scope's extensions hold the `FaultInjector`, when the server has one."""

_FRAMING: Final = frozenset({b"connection", b"content-length", b"transfer-encoding"})
"""Headers that uvicorn has to know again."""

_CHUNKS: Final = 4
"""Pieces of a body that goes out in chunks: a multi-byte character may be cut in two, as on the wire."""


class FaultInjector(Protocol):
    """What a server offers beyond ASGI: the connection itself, on which faults are carried out."""

    async def hold(self, seconds: float) -> None:
        """Wait before an answer is given, but not for a client that has gone.

        Args:
            seconds: how long.
        """

    async def fault(
        self,
        fault: Fault,
        head: tuple[int, list[tuple[str, str]]],
        body: bytes,
        *,
        seconds: float,
        random: Random,
    ) -> None:
        """Answer with a fault; return once nothing more is to be done for the request.

        Args:
            fault: which.
            head: status and headers of the answer that would have been given.
            body: its body.
            seconds: how long a fault takes that is made of time.
            random: where the bytes come from that are garbage.
        """


class _CasedHeaderName(bytes):
    """A header's name that keeps its case in uvicorn's hands."""

    def lower(self) -> bytes:
        """Return the name as it is."""
        return self


class BodyTooLarge(Exception):
    """The body is larger than the limit; what was read of it is dropped."""


class ClientGone(Exception):
    """The client went away in the middle of its request."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Read a request's whole body.

    Args:
        receive: ASGI's channel.
        limit: most bytes that a body may have.

    Raises:
        BodyTooLarge: it has more.
        ClientGone: the connection ended before the body did.
    """
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLarge
        return body
    chunks: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)
        message = await receive()


async def send_response(
    send: Send,
    status: int,
    headers: list[tuple[str, str]],
    body: bytes,
    *,
    chunked: bool = False,
    as_spelt: bool = False,
) -> None:
    """Send an answer.

    Args:
        send: ASGI's channel.
        status: HTTP status.
        headers: names in the spelling wanted, values of latin-1 characters.
        body: empty for answers without one.
        chunked: send the body in several pieces, not in one.
        as_spelt: have the names on the wire in the case that they have here; uvicorn writes them in lower case.
    """
    raw_headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    if as_spelt:
        raw_headers = [
            (name if name.lower() in _FRAMING else _CasedHeaderName(name), value) for name, value in raw_headers
        ]
    await send({"type": "http.response.start", "status": status, "headers": raw_headers})
    pieces = _CHUNKS if chunked and body else 1
    size = -(-len(body) // pieces)
    for piece in range(pieces):
        sent = body[piece * size : (piece + 1) * size]
        await send({"type": "http.response.body", "body": sent, "more_body": piece < pieces - 1})
