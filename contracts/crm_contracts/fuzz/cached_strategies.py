"""Cached Hypothesis strategies: Hypothesis spends time on each new one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, TypeVar

from hypothesis import strategies as st

Draw = st.DrawFn
"""The argument by which composite strategies draw."""

Option = TypeVar("Option")

_BOUNDS: Final = {"int32": (-(2**31), 2**31 - 1)}
_OF_ALL: Final = (-(2**63), 2**63 - 1)


@cache
def below(count: int) -> st.SearchStrategy[int]:
    """Return the strategy for integers from 0, toward which they shrink, to one less than a count."""
    return st.integers(0, count - 1)


def one_of(draw: Draw, options: Sequence[Option]) -> Option:
    """Draw one of several options; a single one takes no choice."""
    return options[draw(below(len(options)))] if len(options) > 1 else options[0]


@cache
def texts(least: int, most: int | None) -> st.SearchStrategy[str]:
    """Return the strategy for texts of bounded length."""
    return st.text(min_size=least, max_size=most)


@cache
def integers(form: str, low: int | None, high: int | None) -> st.SearchStrategy[int]:
    """Return the strategy for integers.

    Args:
        form: `int32`, or anything else for 64 bits.
        low: documented minimum, if any.
        high: documented maximum, if any.
    """
    least, most = _BOUNDS.get(form, _OF_ALL)
    return st.integers(least if low is None else low, most if high is None else high)


@cache
def numbers(low: float | None, high: float | None) -> st.SearchStrategy[float]:
    """Return the strategy for JSON numbers, within bounds if there are any."""
    return st.floats(low, high, allow_nan=False, allow_infinity=False)
