"""Numbers from outside: conversions that no length of the text makes slow, and no digit makes fail."""

from __future__ import annotations

from math import isfinite
from typing import Final

JSON_INTEGERS: Final = range(-(2**63), 2**64)
"""Integers that the JSON reader and writer keep; longer ones are numbers."""

_MAX_DIGITS: Final = 18
"""Maximum number of digits of an integer that is surely within 64 bits."""

_FLOATS: Final = float(2**65)
"""Beyond this, an integer surely has more than 64 bits."""


def whole_number(text: str, max_digits: int = _MAX_DIGITS) -> int | None:
    """Return a whole number written in ASCII digits; `None` if the text is something else, or has more digits.

    `str.isdigit` accepts `²`, which `int` refuses, and `int` accepts `٣`, `1_0` and spaces.

    Example:
        >>> whole_number("120"), whole_number("²"), whole_number("9" * 5000)
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
    if not -_FLOATS < number < _FLOATS:
        return number if isfinite(number) else None
    value = int(text.lstrip("+-0") or "0")
    value = -value if text[0] == "-" else value
    return value if value in JSON_INTEGERS else number
