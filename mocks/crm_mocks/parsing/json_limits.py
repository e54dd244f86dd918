"""How much JSON there is in a body, told from its bytes: nothing of it is built before that is known."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Final, Protocol

_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?+', re.DOTALL)
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_OPENING: Final = b"[{"
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
    """Say which limit a body breaks, or return an empty text; quickly for bodies that are far from both.

    Args:
        raw: UTF-8 JSON, or what claims to be.
        values: most opening brackets and commas outside of strings: JSON has as many values, or one more.
        nesting: levels of arrays and objects that are allowed.
    """
    opening = _count(raw, _OPENING)
    if opening + _count(raw, b",") > values and _has_more(raw, values):
        return f"the body has more than {values} values"
    if opening > nesting and _is_deeper(raw, nesting):
        return f"the body is nested more than {nesting} levels deep"
    return ""


def _count(raw: bytes, marks: bytes, start: int = 0, end: int | None = None) -> int:
    return sum(raw.count(mark, start, end) for mark in marks)


def _has_more(raw: bytes, values: int) -> bool:
    """Count outside of strings, and not further than needed: a large body may have millions of both."""
    found = at = 0
    for strings, string in enumerate(
        _STRING.finditer(raw), 1
    ):  # each is the name or the value of a member, or an entry
        found += _count(raw, _MARKS, at, string.start())
        if found > values or strings > 2 * (values + 1):
            return True
        at = string.end()
    return found + _count(raw, _MARKS, at) > values


def _is_deeper(raw: bytes, nesting: int) -> bool:
    brackets = _STRING.sub(b"", raw).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > nesting
