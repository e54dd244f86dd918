"""The response of an operation, before it is serialized."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(slots=True)
class MockResponse:
    """A response of an operation.

    Attributes:
        status: HTTP status code.
        outcome: name of the response example in the contract that this response is a case of (`created`,
            `unknown_account`). Coverage counts outcomes, so every response names one.
        body: JSON value, or `str` for a text media type; `None` sends no body.
        media_type: media type of the body; the contract must document it for the status.
        headers: further headers, with names in the vendor's spelling.
        charset: charset in the Content-Type; if empty, the vendor's.
        raw: bytes to send instead of `body`, with a Content-Type only if `headers` has one; `None` to send `body`.
    """

    status: int
    outcome: str
    body: Any = None
    media_type: str = JSON
    headers: list[tuple[str, str]] = field(default_factory=list)
    charset: str = ""
    raw: bytes | None = None
