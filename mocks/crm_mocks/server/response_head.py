"""The head of a response: status line and headers, and the framing of the body that follows from them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Final

from crm_mocks.asgi.transport import Headers

_INVALID_NAME: Final = re.compile(r'[\x00-\x1f\x7f()<>@,;:\\[\]={} \t"]')
_INVALID_VALUE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
Encoded = tuple[bytes, bool, int, bool]
"""What `encode_head` returns."""

_ENCODED: Final[dict[tuple[Any, ...], Encoded]] = {}
"""Short heads by their parts: responses within a second repeat them."""

_MAX_ENCODED: Final = 256
_MAX_BYTES: Final = 1_000
"""Size of a head that is kept."""

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_STATUS_LINES: Final = {status: f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n" for status in range(100, 600)}
_NO_BODY: Final = frozenset((204, 304))
_LAST_CHUNK: Final = b"0\r\n\r\n"


def encode_head(
    status: int, headers: Headers, *, keep_case: bool, is_head: bool, keep_alive: bool, can_chunk: bool
) -> Encoded:
    """Encode the head of a response, with a `transfer-encoding` or `connection` that it needs.

    Args:
        status: HTTP status.
        headers: names and values.
        keep_case: send the names as they are: in lower case if they affect the framing.
        is_head: the request's method is HEAD.
        keep_alive: the connection may stay open after the response.
        can_chunk: the client knows `Transfer-Encoding`; else a body without a length ends with the connection.

    Returns:
        The head; whether the body has no length, so that it is chunked if it can be; its length otherwise; whether the
        connection stays open.

    Raises:
        RuntimeError: a header cannot be sent.
    """
    parts = (status, keep_case, is_head, keep_alive, can_chunk, *headers)
    encoded = _ENCODED.get(parts)
    if encoded is None:
        encoded = _encode(
            status, headers, keep_case=keep_case, is_head=is_head, keep_alive=keep_alive, can_chunk=can_chunk
        )
        if len(encoded[0]) <= _MAX_BYTES:
            if len(_ENCODED) >= _MAX_ENCODED:
                _ENCODED.clear()
            _ENCODED[parts] = encoded
    return encoded


def _encode(
    status: int, headers: Headers, *, keep_case: bool, is_head: bool, keep_alive: bool, can_chunk: bool
) -> Encoded:
    text = _STATUS_LINES[status]
    chunked: bool | None = None
    closes, length = False, 0
    for given, value in headers:
        name = given if keep_case else given.lower()
        line = _line(name, value)
        if name == "content-length":
            if chunked is None:
                chunked, length = False, int(value)
        elif name == "connection":
            closes = closes or _has_close(value)
        elif name == "transfer-encoding":
            if value.lower() == "chunked":
                chunked, length = True, 0
            if not can_chunk:
                continue
        text += line
    if not keep_alive and not closes:
        text += "connection: close\r\n"
    if chunked is None and not is_head and status not in _NO_BODY:
        chunked = True
        text += "transfer-encoding: chunked\r\n" if can_chunk else ""
    return f"{text}\r\n".encode("latin-1", "replace"), bool(chunked), length, keep_alive and not closes


def chunk(body: bytes, *, is_last: bool) -> bytes:
    """Return a part of a body as a chunk; an empty one would end the body."""
    return (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (_LAST_CHUNK if is_last else b"")


def _line(name: str, value: str) -> str:
    """Return the line of a header.

    Raises:
        RuntimeError: it cannot be sent.
    """
    if _INVALID_NAME.search(name) or _INVALID_VALUE.search(value):
        raise RuntimeError("Invalid HTTP header.")
    return f"{name}: {value}\r\n"


def _has_close(value: str) -> bool:
    return "close" in (token.strip() for token in value.lower().split(","))
