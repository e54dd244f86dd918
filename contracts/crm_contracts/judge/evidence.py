"""The body that holds a broken member, to show the member in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MAX_EVIDENCE: Final = 16_000
"""Maximum length of a body in bytes; a longer one is not kept."""


def body_text(location: Sequence[str | int], body: bytes) -> str:
    """Return a body as text if a location is in it; empty for a longer one, and for one that is not UTF-8.

    Args:
        location: location of the violation, such as `("body", "phones", 0)`.
        body: body without secrets.
    """
    if location[:1] != ("body",) or not body or len(body) > MAX_EVIDENCE:
        return ""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return ""
