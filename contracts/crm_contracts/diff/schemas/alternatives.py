"""Comparing alternatives: several slots of one type, of which a value fits at least one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from crm_contracts.diff.schemas.describe import described
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.slots import Slot
from crm_contracts.diff.variance import SHRINKS, Effect

Compare = Callable[[Slot, Slot], list[Found]]
_Table = dict[tuple[int, int], list[Found]]


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
            lost = not any(_fits(table[i, j], SHRINKS) for j in range(len(news)))
            yield Found((), "alternative-removed", Effect.NARROWED if lost else Effect.NONE, was=described(old))
    for j, new in enumerate(news):
        if j not in pairs.values():
            gained = not any(_fits(table[i, j], Effect.WIDENED) for i in range(len(olds)))
            yield Found((), "alternative-added", Effect.WIDENED if gained else Effect.NONE, now=described(new))


def _pairs(table: _Table) -> Iterator[tuple[int, int]]:
    """Yield pairs of alternatives, those first that have the least between them."""
    left = sorted(table, key=lambda pair: (sum(bool(each.effect) for each in table[pair]), len(table[pair]), pair))
    while left:
        i, j = left[0]
        yield i, j
        left = [pair for pair in left if pair[0] != i and pair[1] != j]


def _of_pair(table: _Table, i: int, j: int) -> Iterator[Found]:
    """Yield the changes of a pair, without the effects that other alternatives make good."""
    elsewhere = Effect.NONE
    if any(_fits(found, SHRINKS) for (old, new), found in table.items() if old == i and new != j):
        elsewhere |= SHRINKS
    if any(_fits(found, Effect.WIDENED) for (old, new), found in table.items() if new == j and old != i):
        elsewhere |= Effect.WIDENED
    for each in table[i, j]:
        yield replace(each, effect=each.effect & ~elsewhere)


def _fits(found: list[Found], effect: Effect) -> bool:
    return not any(each.effect & effect for each in found)
