"""The head of a response: status line and headers, and the framing of the body that follows from them."""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from crm_mocks.asgi.transport import Headers

_INVALID_NAME: Final = re.compile(r'[\x00-\x1f\x7f()<>@,;:\\[\]={} \t"]')
_INVALID_VALUE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_FRAMING: Final = frozenset(("content-length", "transfer-encoding", "connection"))
"""Names of headers that affect the framing."""

_MAX_CACHED: Final = 100
"""Characters of a value that is encoded once, since responses repeat it."""

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_STATUS_LINES: Final = {status: f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n" for status in range(100, 600)}
_NO_BODY: Final = frozenset((204, 304))


def encode_head(
    status: int, headers: Headers, *, keep_case: bool, is_head: bool, keep_alive: bool, can_chunk: bool
) -> tuple[bytes, bool, int, bool]:
    """Encode the head of a response, with a `transfer-encoding` or `connection` that it needs.

    Args:
        status: HTTP status.
        headers: names and values.
        keep_case: send the names as they are: in lower case if they affect the framing.
        is_head: the request's method is HEAD.
        keep_alive: the connection may stay open after the response.
        can_chunk: the client knows `Transfer-Encoding`; else a body without a length ends with the connection.

    Returns:
        The head; whether the body is chunked; its length otherwise; whether the connection stays open.

    Raises:
        RuntimeError: a header cannot be sent.
    """
    text = _STATUS_LINES[status]
    chunked: bool | None = None
    closes, length = False, 0
    field = _field if keep_case else _lower_case_field
    for name, value in headers:
        framing, line = field(name, value) if len(value) <= _MAX_CACHED else field.__wrapped__(name, value)
        if framing == "content-length":
            if chunked is None:
                chunked, length = False, int(value)
        elif framing == "connection":
            closes = closes or _has_close(value)
        elif framing:  # transfer-encoding
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


@lru_cache(512)
def _lower_case_field(name: str, value: str) -> tuple[str, str]:
    return _field.__wrapped__(name.lower(), value)


@lru_cache(512)
def _field(name: str, value: str) -> tuple[str, str]:
    """Return the name of a header if it affects the framing, else nothing; and its line.

    Raises:
        RuntimeError: it cannot be sent.
    """
    if _INVALID_NAME.search(name) or _INVALID_VALUE.search(value):
        raise RuntimeError("Invalid HTTP header.")
    return name if name in _FRAMING else "", f"{name}: {value}\r\n"


def _has_close(value: str) -> bool:
    return "close" in (token.strip() for token in value.lower().split(","))
