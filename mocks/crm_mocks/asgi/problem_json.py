"""Problem documents (RFC 9457), the host's responses to requests that belong to no vendor."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import orjson

MEDIA_TYPE: Final = "application/problem+json"


def problem(status: int, detail: str, **members: Any) -> dict[str, Any]:
    """Return a problem document.

    Args:
        status: HTTP status.
        detail: explanation for people.
        members: additional members.
    """
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **members}


def problem_bytes(document: dict[str, Any]) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body of a problem document."""
    body = orjson.dumps(document)
    return [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))], body
