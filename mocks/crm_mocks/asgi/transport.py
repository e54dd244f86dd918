"""ASGI messages: reading request bodies and sending responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from random import Random
from typing import Any, Final, Protocol

from crm_mocks.faults import Fault

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[str, str]]

FAULT_INJECTOR: Final = "crm_mocks.fault_injector"
"""Key in the scope's extensions of the `FaultInjector`, if the server provides one."""

EMPTY_QUERY: Final = "crm_mocks.empty_query"
"""Extension of a request whose target ends with a question mark, of which `query_string` has no trace."""

DIRECT: Final = "crm_mocks.direct"
"""Key in the scope's extensions of the `DirectExchange`, if the server provides one."""

_FRAMING: Final = frozenset({b"connection", b"content-length", b"transfer-encoding"})
"""Headers that the server must recognize."""

_CHUNK_COUNT: Final = 4
"""Number of chunks of a chunked body; as with real servers, a multi-byte character may be split."""


class FaultInjector(Protocol):
    """Extension of a server to ASGI that injects faults into the connection."""

    async def delay(self, seconds: float) -> None:
        """Wait before responding; stop waiting if the client disconnects.

        Args:
            seconds: duration.
        """

    async def inject(
        self,
        fault: Fault,
        head: tuple[int, Headers],
        body: bytes,
        *,
        seconds: float,
        random: Random,
    ) -> None:
        """Respond with a fault; return when the request is finished.

        Args:
            fault: the fault.
            head: status and headers of the response without the fault.
            body: body of the response without the fault.
            seconds: duration of a timed fault.
            random: source of garbage bytes.
        """


class DirectExchange(Protocol):
    """Extension of a server to ASGI that spares whole requests and responses the messages."""

    def take_body(self) -> bytes | None:
        """Return the whole body of the request; `None` if it is not here yet: call `receive` then."""

    def release_body(self) -> None:
        """Call this when the application keeps the body no more, long before the end of the response."""

    async def respond(self, status: int, headers: Headers, body: bytes) -> None:
        """Send a whole response.

        Args:
            status: HTTP status.
            headers: header names, sent in lower case, and Latin-1 values.
            body: empty for responses without a body.
        """


class _CasedHeaderName(bytes):
    """A header name whose case the server does not change."""

    def lower(self) -> bytes:
        """Return the name unchanged."""
        return self


class BodyTooLarge(Exception):
    """The body exceeds the limit; the part read so far is discarded."""


class ClientGone(Exception):
    """The client disconnected before the request was complete."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Read the complete body of a request.

    Args:
        receive: ASGI channel.
        limit: maximum size of the body in bytes.

    Raises:
        BodyTooLarge: the body exceeds the limit.
        ClientGone: the connection ended before the body was complete.
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
    headers: Headers,
    body: bytes,
    *,
    chunked: bool = False,
    keep_case: bool = False,
) -> None:
    """Send a response.

    Args:
        send: ASGI channel.
        status: HTTP status.
        headers: header names and Latin-1 values.
        body: empty for responses without a body.
        chunked: send the body in several chunks.
        keep_case: keep the case of header names, which the server would change to lower case.
    """
    raw_headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    if keep_case:
        raw_headers = [
            (name if name.lower() in _FRAMING else _CasedHeaderName(name), value) for name, value in raw_headers
        ]
    await send({"type": "http.response.start", "status": status, "headers": raw_headers})
    pieces = _CHUNK_COUNT if chunked and body else 1
    size = -(-len(body) // pieces)
    for piece in range(pieces):
        sent = body[piece * size : (piece + 1) * size]
        await send({"type": "http.response.body", "body": sent, "more_body": piece < pieces - 1})
