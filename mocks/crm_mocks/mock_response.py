"""What a mock answers, before it becomes bytes on the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"


@dataclass(slots=True)
class MockResponse:
    """An answer of an operation.

    Attributes:
        status: HTTP status code.
        outcome: name of the response example of the contract whose case this is (`created`, `unknown_account`).
            Coverage counts outcomes, so every answer names one.
        body: JSON value, or `str` for a text media type; `None` sends no body at all.
        media_type: media type of the body; must be one that the contract has for this status.
        headers: further headers, names in the vendor's spelling.
        charset: added to the Content-Type; the vendor's own where empty.
        raw: bytes that go out in place of `body`, with no Content-Type but one among `headers`; `None` where `body`
            counts.
    """

    status: int
    outcome: str
    body: Any = None
    media_type: str = JSON
    headers: list[tuple[str, str]] = field(default_factory=list)
    charset: str = ""
    raw: bytes | None = None
