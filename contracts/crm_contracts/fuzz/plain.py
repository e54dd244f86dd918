"""Values that read the same in whatever parser of JSON, so that they need not be written to be judged."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

_LEAST: Final = -(2**63)
_MOST: Final = 2**64 - 1
"""Integers beyond these are fractions to many a parser, and to the validators' own."""


def is_plain(value: Any) -> bool:
    """Tell whether a value holds nothing but finite numbers, integers of 64 bits, and texts of whole characters."""
    if isinstance(value, str):
        return value.isascii() or _is_whole(value)
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, int):
        return _LEAST <= value <= _MOST
    if isinstance(value, dict):
        return all(is_plain(name) and is_plain(inner) for name, inner in value.items())
    return all(map(is_plain, value)) if isinstance(value, list) else True


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
