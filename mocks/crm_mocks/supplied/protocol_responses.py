"""Responses that HTTP servers give and documents leave out: problem+json for each status that is not documented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

POSITION: Final = "host-undocumented-responses"
DEFAULT_POSITION: Final = "host-status-ranges"
_PROBLEM: Final = "application/problem+json"
_NAMES: Final[Mapping[int, str]] = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "content_too_large",
    415: "unsupported_media_type",
    431: "headers_too_large",
    500: "internal_error",
}
_WITH_BODY: Final = (413, 415)
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def protocol_statuses(*, has_security: bool, has_body: bool) -> list[int]:
    """Return the statuses that any server may answer an operation with."""
    return [status for status in _NAMES if (status != 401 or has_security) and (status not in _WITH_BODY or has_body)]


def protocol_response(status: int, challenge: str) -> dict[str, Any]:
    """Return the response object for a status.

    Args:
        status: one of `protocol_statuses`.
        challenge: WWW-Authenticate of a 401.
    """
    title = HTTPStatus(status).phrase
    example = {"value": {"type": "about:blank", "title": title, "status": status}}
    response: dict[str, Any] = {
        "description": title,
        "x-protocol": True,
        "x-position": {"status": POSITION, "body": POSITION, "headers": POSITION},
        "content": {_PROBLEM: {"schema": _SCHEMA, "examples": {_NAMES[status]: example}}},
    }
    header = {405: ("Allow", "GET"), 401: ("WWW-Authenticate", challenge)}.get(status)
    if header is not None:
        name, value = header
        response["headers"] = {name: {"required": True, "schema": {"type": "string"}, "example": value}}
    return response


def statuses_of_range(written: str, *, has_security: bool, has_body: bool) -> Iterator[int]:
    """Yield the statuses that stand for a range or for `default`.

    Args:
        written: `2XX`, `4XX`, `default` and so on.
        has_security: the operation needs credentials.
        has_body: the operation takes a body.
    """
    first = {"2": (200,), "3": (302,), "5": (500,)}.get(written[0], ())
    yield from first
    if written[0] in ("4", "d"):
        yield 400
        if has_security:
            yield from (401, 403)
        yield 404
        if has_body:
            yield from (409, 415)
        yield 429
    if written[0] == "d":
        yield 500
