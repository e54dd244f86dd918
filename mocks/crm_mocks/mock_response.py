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
        outcome: name of the response example in the contract that this response is an instance of (`created`,
            `unknown_account`). Coverage counts outcomes, so it is required.
        body: JSON value, or `str` for a text media type; `None` sends no body.
        media_type: media type of the body; the contract must document it for the status.
        headers: additional headers, with names in the vendor's spelling.
        charset: charset parameter of the Content-Type; if empty, the vendor's default.
        validated: the body as bytes, if the vendor has validated it; it is not validated again if these are sent.
        is_quiet: the body matches its schema and has no other members than it documents; `False` if that is unknown.
        raw: bytes to send instead of `body`; they get no Content-Type unless `headers` has one.
    """

    status: int
    outcome: str
    body: Any = None
    media_type: str = JSON
    headers: list[tuple[str, str]] = field(default_factory=list)
    charset: str = ""
    raw: bytes | None = None
    validated: bytes | None = None
    is_quiet: bool = False
