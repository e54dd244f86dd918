"""Comparing alternatives: several slots of one type, of which a value fits at least one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from crm_contracts.diff.schemas.describe import described
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.schemas.slots import Slot
from crm_contracts.diff.variance import Effect

Compare = Callable[[Slot, Slot], list[Found]]
_LESS: Final = Effect.NARROWED | Effect.UNHEEDED | Effect.STRICTER
_MORE: Final = Effect.WIDENED | Effect.LOOSER


def paired(olds: Sequence[Slot], news: Sequence[Slot], compare: Compare, glance: Compare) -> Iterator[Found]:
    """Yield the changes from some alternatives to others.

    Alternatives are paired with those that they are most like. What remains is an alternative that is gone, or one
    that came. Neither narrows nor widens anything where another alternative takes the same values.

    Args:
        olds: what was allowed.
        news: what is.
        compare: tells the changes between two slots.
        glance: tells them in short, with all their effects.
    """
    if len(olds) == len(news) == 1:
        yield from compare(olds[0], news[0])
    else:
        yield from _Alternatives(olds, news, compare, glance).changes()


class _Alternatives:
    """Alternatives that were and that are, held against each other where it is needed."""

    def __init__(self, olds: Sequence[Slot], news: Sequence[Slot], compare: Compare, glance: Compare) -> None:
        self.olds, self.news = olds, news
        self._compare, self._glance = compare, glance
        self._known: dict[tuple[int, int], list[Found]] = {}

    def changes(self) -> Iterator[Found]:
        pairs = self._pairs()
        for i, old in enumerate(self.olds):
            if i in pairs:
                yield from self._of_pair(i, pairs[i])
            elif self._taken(i):
                yield Found((), "alternative-removed", Effect.NONE, was=described(old))
            else:
                yield Found((), "alternative-removed", Effect.NARROWED, was=described(old))
        for j in range(len(self.news)):
            if j not in pairs.values():
                effect = Effect.NONE if self._given(j) else Effect.WIDENED
                yield Found((), "alternative-added", effect, now=described(self.news[j]))

    def _between(self, i: int, j: int) -> list[Found]:
        if (i, j) not in self._known:
            self._known[i, j] = self._glance(self.olds[i], self.news[j])
        return self._known[i, j]

    def _pairs(self) -> dict[int, int]:
        """Return which alternative stands for which: those that stand where they stood, then those most alike."""
        pairs = {i: i for i in range(min(len(self.olds), len(self.news))) if not self._between(i, i)}
        left = [
            (i, j)
            for i in range(len(self.olds))
            for j in range(len(self.news))
            if i not in pairs and j not in pairs.values()
        ]
        left.sort(key=lambda pair: (_weight(self._between(*pair)), pair))
        while left:
            i, j = left[0]
            pairs[i] = j
            left = [pair for pair in left if pair[0] != i and pair[1] != j]
        return pairs

    def _of_pair(self, i: int, j: int) -> Iterator[Found]:
        """Yield the changes of a pair, without the effects that other alternatives make good."""
        found = self._between(i, j)
        elsewhere = Effect.NONE
        if not _fits(found, Effect.NARROWED | Effect.UNHEEDED) and self._taken(i, but=j):
            elsewhere |= Effect.NARROWED | Effect.UNHEEDED
        if not _fits(found, Effect.WIDENED) and self._given(j, but=i):
            elsewhere |= Effect.WIDENED
        for each in self._compare(self.olds[i], self.news[j]) if found else ():
            yield replace(each, effect=each.effect & ~elsewhere)

    def _taken(self, i: int, but: int | None = None) -> bool:
        """Tell whether what an old alternative takes is taken by a new one."""
        return any(_fits(self._between(i, j), _LESS) for j in range(len(self.news)) if j != but)

    def _given(self, j: int, but: int | None = None) -> bool:
        """Tell whether what a new alternative takes was taken by an old one."""
        return any(_fits(self._between(i, j), _MORE) for i in range(len(self.olds)) if i != but)


def _weight(found: list[Found]) -> tuple[int, int]:
    return sum(bool(each.effect & (_LESS | _MORE)) for each in found), len(found)


def _fits(found: list[Found], effect: Effect) -> bool:
    return not any(each.effect & effect for each in found)
