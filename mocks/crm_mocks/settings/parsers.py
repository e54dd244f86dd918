"""Parsers of the values of settings: of strings, as on a command line, and of JSON values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from crm_mocks.nearest_name import did_you_mean

Parse = Callable[[Any], Any]


def whole_number(low: int, high: int) -> Parse:
    """Return a parser of integers, or strings of them.

    Args:
        low: least number allowed.
        high: greatest number allowed.

    Raises:
        ValueError: (the parser) the value is not such a number.

    Example:
        >>> whole_number(0, 600_000)("250")
        250
    """

    def parse(raw: Any) -> int:
        try:
            value = int(raw) if isinstance(raw, str | int) and not isinstance(raw, bool) else None
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return parse


def number(low: float, high: float) -> Parse:
    """Return a parser of finite numbers, or strings of them.

    Args:
        low: least number allowed.
        high: greatest number allowed.

    Raises:
        ValueError: (the parser) the value is not such a number.

    Example:
        >>> number(0, 60)("1.5")
        1.5
    """

    def parse(raw: Any) -> float:
        try:
            value = float(raw) if isinstance(raw, str | int | float) and not isinstance(raw, bool) else None
        except (ValueError, OverflowError):
            value = None
        if value is None or not low <= value <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return int(value) if value.is_integer() else value

    return parse


class _OneOf(msgspec.Struct, frozen=True):
    """Parses one of several words, case-insensitive."""

    words: tuple[str, ...]

    def __call__(self, raw: Any) -> str:
        for word in self.words:
            if str(raw).lower() == word.lower():
                return word
        raise ValueError(f"one of {', '.join(self.words)}{did_you_mean(str(raw), self.words)}")


def one_of(*words: str) -> Parse:
    """Return a parser of one of several words, case-insensitive; it returns the word as it is given here.

    Raises:
        ValueError: (the parser) the value is none of the words.

    Example:
        >>> one_of("strict", "lenient")("Strict")
        'strict'
    """
    return _OneOf(words)


def switch(raw: Any) -> bool:
    """Parse a boolean: true, on, yes, 1, or the opposite, case-insensitive.

    Raises:
        ValueError: the value is none of these.
    """
    word = str(raw).lower()
    if word in ("true", "on", "yes", "1"):
        return True
    if word in ("false", "off", "no", "0"):
        return False
    raise ValueError(f"true or false{did_you_mean(word, ('true', 'false'))}")


def words_of(parse: Parse) -> tuple[str, ...]:
    """Return the words of which a setting takes one; none if it takes other values."""
    if isinstance(parse, _OneOf):
        return parse.words
    return ("true", "false") if parse is switch else ()


def text(raw: Any) -> str:
    """Parse a string, or a number as its text.

    Raises:
        ValueError: the value is neither.
    """
    if isinstance(raw, str | int | float):
        return str(raw)
    raise ValueError("a string")


def numbers(raw: Any) -> tuple[int, ...]:
    """Parse integers of 64 bits: a list, or a comma-separated string.

    Raises:
        ValueError: an entry is not such an integer.

    Example:
        >>> numbers("44,66")
        (44, 66)
    """
    parts = raw if isinstance(raw, list | tuple) else str(raw).replace(",", " ").split()
    integer = whole_number(-(2**63), 2**63 - 1)  # the range that JSON writers accept
    try:
        return tuple(integer(part) for part in parts)
    except ValueError:
        raise ValueError("whole numbers, such as 44,66") from None


def names(raw: Any) -> tuple[str, ...]:
    """Parse names: a list, or a comma-separated string.

    Raises:
        ValueError: the value is neither.

    Example:
        >>> names("x-trace, nickname")
        ('x-trace', 'nickname')
    """
    parts = raw if isinstance(raw, list | tuple) else str(raw).split(",")
    if not all(isinstance(part, str) for part in parts) or isinstance(raw, dict | bool):
        raise ValueError("names, such as x-trace,nickname")
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in parts))))
