"""Limits on the size and nesting of JSON, checked on the bytes before parsing."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final, Protocol

_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?+', re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_MARKS: Final = b"[{,"


class JsonLimits(Protocol):
    """Limits of a JSON body, as `HostSettings` declares them."""

    @property
    def values(self) -> int:
        """Maximum number of values."""

    @property
    def nesting(self) -> int:
        """Maximum depth of nested arrays and objects."""


def exceeded_limit(raw: bytes, values: int, nesting: int) -> str:
    """Return a message if a body exceeds a limit, or an empty string. Fast for bodies far below the limits.

    Args:
        raw: bytes declared to be UTF-8 JSON.
        values: maximum number of opening brackets and commas outside strings: the number of values, or one less.
        nesting: maximum depth of arrays and objects.
    """
    if len(raw) > values and _count(raw, _MARKS, 0) > values and _has_more(raw, values):
        return f"the body has more than {values} values"
    if _has_more_brackets(raw, nesting) and _is_deeper(raw, nesting):
        return f"the body is nested more than {nesting} levels deep"
    return ""


def _has_more_brackets(raw: bytes, number: int) -> bool:
    """Return whether a body has more than a number of opening brackets: `replace` skips the rest, unlike `count`."""
    without = raw.replace(b"[", b"", number + 1).replace(b"{", b"", number + 1)
    return len(raw) - len(without) > number


def _count(raw: bytes, marks: bytes, start: int, end: int | None = None) -> int:
    return sum(raw.count(mark, start, end) for mark in marks)


def _has_more(raw: bytes, values: int) -> bool:
    """Count outside strings, and stop at the limit: a large body may have millions of brackets and strings."""
    count = at = 0
    for strings, string in enumerate(_STRING.finditer(raw), 1):  # a member's name or value, or an array entry
        count += _count(raw, _MARKS, at, string.start())
        if count > values or strings > 2 * (values + 1):
            return True
        at = string.end()
    return count + _count(raw, _MARKS, at) > values


def _is_deeper(raw: bytes, nesting: int) -> bool:
    brackets = _STRING.sub(b"", raw).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > nesting
