"""Changes found by comparing two schemas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any, Final

from crm_contracts.diff.model import Place
from crm_contracts.diff.nodes import canonical
from crm_contracts.diff.variance import Effect

MOST: Final = 100
"""Maximum number of changes below one schema that are reported at each of their places; beyond, at one place each."""


@dataclass(frozen=True)
class Found:
    """A change at a place.

    Attributes:
        place: below what was compared.
        rule: kind of change, as in `Change`.
        effect: effect on the set of values.
        was: JSON value of the old schema; `None` where it has none.
        now: JSON value of the new one.
        said: rule and values as one text, equal for equal changes.
    """

    place: Place
    rule: str
    effect: Effect
    was: Any = None
    now: Any = None
    said: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        """Make `said`, unless the change is another's copy."""
        if not self.said:
            object.__setattr__(self, "said", canonical([self.rule, self.was, self.now]))

    def below(self, *place: str) -> Found:
        """Return the change with a place that begins further up."""
        return replace(self, place=(*place, *self.place))

    @staticmethod
    def merged(found: Iterable[Found]) -> list[Found]:
        """Return changes without repetitions, each with the effects of all that were the same."""
        known = _grouped(found, whole=True)
        return known if len(known) <= MOST else _grouped(sorted(known, key=lambda each: len(each.place)), whole=False)

    @staticmethod
    def in_short(found: tuple[Found, ...]) -> tuple[Found, ...]:
        """Return one change with the effects of all; nothing if there are none."""
        effects = (each.effect for each in found)
        return (Found((), "changes", reduce(or_, effects, Effect.NONE)),) if found else ()


def _grouped(found: Iterable[Found], *, whole: bool) -> list[Found]:
    """Return the first of the changes that are the same, at the same place or at one whose last step is the same."""
    known: dict[tuple[Place, str], Found] = {}
    for each in found:
        key = each.place if whole else each.place[-1:], each.said
        same = known.get(key)
        known[key] = each if same is None else replace(same, effect=same.effect | each.effect)
    return list(known.values())
