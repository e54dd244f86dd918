"""What comparing two schemas finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from crm_contracts.diff.model import Place
from crm_contracts.diff.nodes import canonical
from crm_contracts.diff.variance import Effect


@dataclass(frozen=True)
class Found:
    """A change at a place.

    Attributes:
        place: below what was compared.
        rule: kind of change, as in `Change`.
        effect: what it does to the set of values.
        was: JSON value of the old schema; `None` where it has none.
        now: JSON value of the new one.
    """

    place: Place
    rule: str
    effect: Effect
    was: Any = None
    now: Any = None

    def below(self, *place: str) -> Found:
        """Return the change as what lies further up sees it."""
        return replace(self, place=(*place, *self.place))

    @staticmethod
    def merged(found: Iterable[Found]) -> list[Found]:
        """Return changes with those that are the same told once, with all their effects."""
        known: dict[tuple[Place, str, str, str], Found] = {}
        for each in found:
            key = each.place, each.rule, canonical(each.was), canonical(each.now)
            same = known.get(key)
            known[key] = each if same is None else replace(same, effect=same.effect | each.effect)
        return list(known.values())
