"""Comparing alternatives: several slots of one type; a value must fit at least one."""

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

    Alternatives are paired with those most like them; the rest were removed or added. That narrows or widens nothing
    if another alternative allows the same values.

    Args:
        olds: alternatives of the old schema.
        news: alternatives of the new one.
        compare: returns the changes between two slots.
        glance: returns at most one change, with the effects of all.
    """
    if len(olds) == len(news) == 1:
        yield from compare(olds[0], news[0])
    else:
        yield from _Alternatives(olds, news, compare, glance).changes()


class _Alternatives:
    """Old and new alternatives, compared with each other when needed."""

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
        """Return the new alternative of each old one: equal ones at the same index first, then those most alike."""
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
        """Yield the changes of a pair, without effects for which other alternatives make up."""
        found = self._between(i, j)
        elsewhere = Effect.NONE
        if not _fits(found, Effect.NARROWED | Effect.UNHEEDED) and self._taken(i, but=j):
            elsewhere |= Effect.NARROWED | Effect.UNHEEDED
        if not _fits(found, Effect.WIDENED) and self._given(j, but=i):
            elsewhere |= Effect.WIDENED
        for each in self._compare(self.olds[i], self.news[j]) if found else ():
            yield replace(each, effect=each.effect & ~elsewhere)

    def _taken(self, i: int, but: int | None = None) -> bool:
        """Return whether a new alternative allows all that an old one allows."""
        return any(_fits(self._between(i, j), _LESS) for j in range(len(self.news)) if j != but)

    def _given(self, j: int, but: int | None = None) -> bool:
        """Return whether an old alternative allowed all that a new one allows."""
        return any(_fits(self._between(i, j), _MORE) for i in range(len(self.olds)) if i != but)


def _weight(found: list[Found]) -> tuple[int, int]:
    return sum(bool(each.effect & (_LESS | _MORE)) for each in found), len(found)


def _fits(found: list[Found], effect: Effect) -> bool:
    return not any(each.effect & effect for each in found)
