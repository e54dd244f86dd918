"""Numbers within bounds, to try."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from itertools import count, islice, takewhile
from math import ceil, floor, lcm

from crm_mocks.generic.search.conjunctions import Conjunction

_MAX_TRIED = 300


def numbers(wanted: Conjunction) -> tuple[list[int | float], bool]:
    """Return numbers that may match, and whether no others could.

    Args:
        wanted: what they must match.
    """
    whole = "number" not in wanted.types
    low, high = _low(wanted), _high(wanted)
    steps = [_exact(each) for each in wanted.having("multipleOf")]
    if whole or not steps:
        steps.append(Fraction(1))
    step = reduce(_common, steps)
    multiples = list(islice(_multiples(step, low, high), _MAX_TRIED))
    found = [*multiples]
    is_bounded = low is not None and high is not None and len(multiples) < _MAX_TRIED
    if not whole and not wanted.having("multipleOf"):
        base = low if low is not None else high if high is not None else Fraction(0)
        width = high - low if low is not None and high is not None else Fraction(1)
        found += [base + width * part for part in (Fraction(1, 2), Fraction(1, 3), Fraction(1, 4), Fraction(3, 4))]
        found += [each - width for each in found[-4:]] if low is None else []
        is_bounded = is_bounded and low == high
    return [_number(each, whole=whole) for each in found], is_bounded


def _multiples(step: Fraction, low: Fraction | None, high: Fraction | None) -> Iterator[Fraction]:
    if low is None and high is None:
        yield Fraction(0)
        for number in count(1):
            yield number * step
            yield -number * step
    elif low is None:
        assert high is not None
        yield from (number * step for number in count(floor(high / step), -1))
    else:
        upward = (number * step for number in count(ceil(low / step)))
        yield from upward if high is None else takewhile(lambda each: each <= high, upward)


def _low(wanted: Conjunction) -> Fraction | None:
    bounds = [*wanted.having("minimum"), *wanted.having("exclusiveMinimum")]
    return max(map(_exact, bounds), default=None)


def _high(wanted: Conjunction) -> Fraction | None:
    bounds = [*wanted.having("maximum"), *wanted.having("exclusiveMaximum")]
    return min(map(_exact, bounds), default=None)


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _common(left: Fraction, right: Fraction) -> Fraction:
    """Return the least common multiple of two steps."""
    below = lcm(left.denominator, right.denominator)
    return Fraction(lcm(int(left * below), int(right * below)), below)


def _number(exact: Fraction, *, whole: bool) -> int | float:
    return int(exact) if whole or exact.denominator == 1 else float(exact)
