"""The head of a response: status line and headers, and the framing of the body that follows from them."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from crm_mocks.asgi.transport import Headers

_INVALID_NAME: Final = re.compile(r'[\x00-\x1f\x7f()<>@,;:\\[\]={} \t"]')
_INVALID_VALUE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_VALID: Final = frozenset(("content-type", "date", "server", "retry-after", "location"))
"""Names of headers that need no check, and do not affect the framing."""

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_STATUS_LINES: Final = {status: f"HTTP/1.1 {status} {_PHRASES.get(status, '')}" for status in range(100, 600)}
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
    lines = []
    chunked: bool | None = None
    closes, length = False, 0
    for given, value in headers:
        name = given if keep_case else given.lower()
        if name == "content-length":
            if chunked is None:
                chunked, length = False, int(value)
        elif name not in _VALID:
            _check(_INVALID_NAME, name)
            if name == "transfer-encoding" and value.lower() == "chunked":
                chunked, length = True, 0
            elif name == "connection":
                closes = closes or _has_close(value)
        lines.append(f"{name}: {value}")
    if not keep_alive and not closes:
        lines.append("connection: close")
    if chunked is None and not is_head and status not in _NO_BODY:
        chunked = True
        lines.append("transfer-encoding: chunked")
    if not can_chunk:
        lines = _without_chunking(lines)
    _check_values(lines)
    text = "\r\n".join((_STATUS_LINES[status], *lines, "\r\n"))
    return text.encode("latin-1", "replace"), bool(chunked), length, keep_alive and not closes


def _without_chunking(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.lower().startswith("transfer-encoding:")]


def _check(invalid: re.Pattern[str], text: str) -> None:
    if invalid.search(text):
        raise RuntimeError("Invalid HTTP header.")


def _check_values(lines: list[str]) -> None:
    if not "".join(lines).isprintable():
        for line in lines:
            _check(_INVALID_VALUE, line)


def _has_close(value: str) -> bool:
    return "close" in (token.strip() for token in value.lower().split(","))
