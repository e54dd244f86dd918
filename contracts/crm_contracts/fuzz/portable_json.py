"""Values that all JSON parsers read alike, so that they can be validated without serialization."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

_MIN_INTEGER: Final = -(2**63)
_MAX_INTEGER: Final = 2**64 - 1
"""Many parsers, including that of the validator, read larger integers as floating-point numbers."""


def is_portable(value: Any) -> bool:
    """Return whether all numbers are finite, all integers fit into 64 bits, and all strings are valid Unicode."""
    if isinstance(value, str):
        return value.isascii() or _is_unicode(value)
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, int):
        return _MIN_INTEGER <= value <= _MAX_INTEGER
    if isinstance(value, dict):
        return all(is_portable(name) and is_portable(inner) for name, inner in value.items())
    return all(map(is_portable, value)) if isinstance(value, list) else True


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
