"""Comparing alternatives: several slots of one type, of which a value fits at least one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from crm_contracts.diff.schemas.describe import described
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.slots import Slot
from crm_contracts.diff.variance import Effect

Compare = Callable[[Slot, Slot], list[Found]]
_Table = dict[tuple[int, int], list[Found]]
_LESS = Effect.NARROWED | Effect.UNHEEDED | Effect.STRICTER
_MORE = Effect.WIDENED | Effect.LOOSER


def paired(olds: Sequence[Slot], news: Sequence[Slot], compare: Compare) -> Iterator[Found]:
    """Yield the changes from some alternatives to others.

    Alternatives are paired with those that they are most like. What remains is an alternative that is gone, or one
    that came. Neither narrows nor widens anything where another alternative takes the same values.

    Args:
        olds: what was allowed.
        news: what is.
        compare: tells the changes between two slots.
    """
    if len(olds) == len(news) == 1:
        yield from compare(olds[0], news[0])
        return
    table = {(i, j): compare(old, new) for i, old in enumerate(olds) for j, new in enumerate(news)}
    pairs = dict(_pairs(table))
    for i, old in enumerate(olds):
        if i in pairs:
            yield from _of_pair(table, i, pairs[i])
        else:
            lost = not any(_fits(table[i, j], _LESS) for j in range(len(news)))
            yield Found((), "alternative-removed", Effect.NARROWED if lost else Effect.NONE, was=described(old))
    for j, new in enumerate(news):
        if j not in pairs.values():
            gained = not any(_fits(table[i, j], _MORE) for i in range(len(olds)))
            yield Found((), "alternative-added", Effect.WIDENED if gained else Effect.NONE, now=described(new))


def _pairs(table: _Table) -> Iterator[tuple[int, int]]:
    """Yield pairs of alternatives, those first that have the least between them."""

    def between(pair: tuple[int, int]) -> tuple[int, int]:
        return sum(bool(each.effect & (_LESS | _MORE)) for each in table[pair]), len(table[pair])

    left = sorted(table, key=lambda pair: (between(pair), pair))
    while left:
        i, j = left[0]
        yield i, j
        left = [pair for pair in left if pair[0] != i and pair[1] != j]


def _of_pair(table: _Table, i: int, j: int) -> Iterator[Found]:
    """Yield the changes of a pair, without the effects that other alternatives make good."""
    elsewhere = Effect.NONE
    if any(_fits(found, _LESS) for (old, new), found in table.items() if old == i and new != j):
        elsewhere |= Effect.NARROWED | Effect.UNHEEDED
    if any(_fits(found, _MORE) for (old, new), found in table.items() if new == j and old != i):
        elsewhere |= Effect.WIDENED
    for each in table[i, j]:
        yield replace(each, effect=each.effect & ~elsewhere)


def _fits(found: list[Found], effect: Effect) -> bool:
    return not any(each.effect & effect for each in found)
