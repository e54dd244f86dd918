"""Numbers from outside, converted in bounded time, and without errors for unusual digits."""

from __future__ import annotations

from math import isfinite
from typing import Final

JSON_INTEGERS: Final = range(-(2**63), 2**64)
"""Integers that the JSON reader and writer keep; others are read as floats."""

_MAX_DIGITS: Final = 18
"""Maximum number of digits of an integer that is within 64 bits whatever its digits are."""

_MORE_THAN_64_BITS: Final = float(2**65)
"""A number from which on no rounding can hide that an integer has more than 64 bits."""


def parse_digits(text: str, max_digits: int = _MAX_DIGITS) -> int | None:
    """Return the whole number that a text of ASCII digits stands for; `None` for any other text.

    `str.isdigit` accepts `²`, which `int` refuses, and `int` accepts `٣`, `1_0` and spaces.

    Args:
        text: the text.
        max_digits: maximum number of digits; a longer text is no number.

    Example:
        >>> parse_digits("120"), parse_digits("²"), parse_digits("9" * 5000)
        (120, None, None)
    """
    return int(text) if text and len(text) <= max_digits and text.isascii() and text.isdigit() else None


def json_integer(text: str) -> int | float | None:
    """Return an integer of JSON or YAML; as a float beyond 64 bits, and `None` beyond the largest float.

    Args:
        text: ASCII digits with an optional sign.
    """
    if len(text) <= _MAX_DIGITS:
        return int(text)
    number = float(text)
    if not -_MORE_THAN_64_BITS < number < _MORE_THAN_64_BITS:
        return number if isfinite(number) else None
    value = int(text.lstrip("+-0") or "0")
    value = -value if text[0] == "-" else value
    return value if value in JSON_INTEGERS else number
