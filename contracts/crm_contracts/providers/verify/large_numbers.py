"""Integers that JSON parsers need not agree on (RFC 8259, section 6): a provider may refuse them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_LARGEST: Final = 2**53 - 1


def has_large_numbers(value: Any, *, in_url: bool = False) -> bool:
    """Return whether a value has an integer, however nested, that double precision does not represent exactly.

    Args:
        value: body or parameters of a request.
        in_url: texts may stand for numbers.
    """
    if isinstance(value, Mapping | list):
        entries = value.values() if isinstance(value, Mapping) else value
        return any(has_large_numbers(each, in_url=in_url) for each in entries)
    if isinstance(value, str):
        digits = value.removeprefix("-")
        return in_url and digits.isdecimal() and len(digits) > len(str(_LARGEST))
    return isinstance(value, int) and abs(value) > _LARGEST
