"""Values that every JSON parser reads alike, so that they can be validated without serialization."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

_LEAST: Final = -(2**63)
_MOST: Final = 2**64 - 1
"""Many parsers, including that of the validator, read integers beyond these as floating-point numbers."""


def is_portable(value: Any) -> bool:
    """Return whether all numbers are finite, all integers have 64 bits, and all texts are valid Unicode."""
    if isinstance(value, str):
        return value.isascii() or _is_unicode(value)
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, int):
        return _LEAST <= value <= _MOST
    if isinstance(value, dict):
        return all(is_portable(name) and is_portable(inner) for name, inner in value.items())
    return all(map(is_portable, value)) if isinstance(value, list) else True


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
