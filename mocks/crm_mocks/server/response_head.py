"""The head of a response: status line and headers, and the framing of the body that follows from them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from crm_mocks.asgi.transport import Headers

_INVALID_NAME: Final = re.compile(r'[\x00-\x1f\x7f()<>@,;:\\[\]={} \t"]')
_INVALID_VALUE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_USUAL: Final = frozenset(("content-type", "date"))
"""Names of headers that need no check."""

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_STATUS_LINES: Final = {status: f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n" for status in range(100, 600)}
_NO_BODY: Final = frozenset((204, 304))


def encode_head(
    status: int, headers: Headers, *, keep_case: bool, is_head: bool, keep_alive: bool
) -> tuple[bytes, bool, int, bool]:
    """Encode the head of a response, with a `transfer-encoding` or `connection` that it needs.

    Args:
        status: HTTP status.
        headers: names and values.
        keep_case: send the names as they are: in lower case if they affect the framing.
        is_head: the request's method is HEAD.
        keep_alive: the connection may stay open after the response.

    Returns:
        The head; whether the body is chunked; its length otherwise; whether the connection stays open.

    Raises:
        RuntimeError: a header cannot be sent.
    """
    lines = [_STATUS_LINES[status]]
    chunked: bool | None = None
    closes, length = False, 0
    for given, value in headers:
        name = given if keep_case else given.lower()
        if name == "content-length":
            if chunked is None:
                chunked, length = False, int(value)
        elif name not in _USUAL:
            _check(_INVALID_NAME, name)
            if name == "transfer-encoding" and value.lower() == "chunked":
                chunked, length = True, 0
            elif name == "connection":
                closes = closes or _has_close(value)
        if not value.isprintable():
            _check(_INVALID_VALUE, value)
        lines.append(f"{name}: {value}\r\n")
    if not keep_alive and not closes:
        lines.append("connection: close\r\n")
    if chunked is None and not is_head and status not in _NO_BODY:
        chunked = True
        lines.append("transfer-encoding: chunked\r\n")
    lines.append("\r\n")
    return "".join(lines).encode("latin-1", "replace"), bool(chunked), length, keep_alive and not closes


def _check(invalid: re.Pattern[str], text: str) -> None:
    if invalid.search(text):
        raise RuntimeError("Invalid HTTP header.")


def _has_close(value: str) -> bool:
    return "close" in (token.strip() for token in value.lower().split(","))
