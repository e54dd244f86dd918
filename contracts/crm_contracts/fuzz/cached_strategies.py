"""Cached Hypothesis strategies, since creating new ones takes time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final, TypeVar

from hypothesis import strategies as st

Draw = st.DrawFn
"""The draw function of composite strategies."""

Option = TypeVar("Option")

_BOUNDS: Final = {"int32": (-(2**31), 2**31 - 1)}
_INT64: Final = (-(2**63), 2**63 - 1)


@cache
def below(count: int) -> st.SearchStrategy[int]:
    """Return the strategy for integers from 0 to `count - 1`."""
    return st.integers(0, count - 1)


def one_of(draw: Draw, options: Sequence[Option]) -> Option:
    """Draw one of several options; a single option takes no choice."""
    return options[draw(below(len(options)))] if len(options) > 1 else options[0]


@cache
def strings(min_size: int, max_size: int | None) -> st.SearchStrategy[str]:
    """Return the strategy for strings of bounded length."""
    return st.text(min_size=min_size, max_size=max_size)


@cache
def integers(form: str, low: int | None, high: int | None) -> st.SearchStrategy[int]:
    """Return the strategy for integers.

    Args:
        form: `int32`, or any other format for 64 bits.
        low: documented minimum, or `None`.
        high: documented maximum, or `None`.
    """
    minimum, maximum = _BOUNDS.get(form, _INT64)
    least, most = minimum if low is None else low, maximum if high is None else high
    return st.integers(least, most) if least <= most else st.nothing()


@cache
def numbers(low: float | None, high: float | None) -> st.SearchStrategy[float]:
    """Return the strategy for JSON numbers within optional bounds."""
    if low is not None and high is not None and low > high:
        return st.nothing()
    return st.floats(low, high, allow_nan=False, allow_infinity=False)
