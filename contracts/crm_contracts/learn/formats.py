"""Formats of texts: those that all samples have."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from crm_mocks.contract.schema import Schemas

FORMATS: Final = ("uuid", "date-time", "date", "email", "uri")
_MAX_LENGTH: Final = 2000


def formats_of(text: str) -> frozenset[str]:
    """Return the formats that a text has, by the same rules as when a contract is checked."""
    if len(text) > _MAX_LENGTH or not text.isascii() or not any(each in text for each in "-@:"):
        return frozenset()
    return frozenset(name for name in FORMATS if _is_plausible(name, text) and _validator(name).is_valid(text))


def _is_plausible(name: str, text: str) -> bool:
    """Return whether a text has a format on purpose: `urn:x` and `a:b` are URIs, but seldom meant as such."""
    return name != "uri" or text.startswith(("http://", "https://", "ftp://"))


@cache
def _validator(name: str) -> Any:
    return Schemas("formats", {}).compile({"type": "string", "format": name})
