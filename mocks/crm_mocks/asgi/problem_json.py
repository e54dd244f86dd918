"""Answers of the host's own, for requests that are no vendor's: RFC 9457 problem documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

import orjson

MEDIA_TYPE: Final = "application/problem+json"


def problem(status: int, detail: str, **members: Any) -> dict[str, Any]:
    """Return a problem document.

    Args:
        status: HTTP status.
        detail: one sentence for the reader.
        members: further members.
    """
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **members}


def problem_bytes(document: dict[str, Any]) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body of a problem document."""
    body = orjson.dumps(document)
    return [("Content-Type", MEDIA_TYPE), ("Content-Length", str(len(body)))], body
