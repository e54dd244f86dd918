"""Collecting changes while two contracts are walked through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crm_contracts.diff.model import Change
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.variance import Direction, Effect, breaks, level
from crm_contracts.diff.words import message


@dataclass
class Trail:
    """Where the walk is, and what was found on it.

    Attributes:
        operation: whose part is compared; empty for what is no operation's.
        changes: what was found.
    """

    operation: str = ""
    changes: list[Change] = field(default_factory=list)

    def add(
        self,
        direction: Direction,
        place: tuple[str, ...],
        rule: str,
        effect: Effect,
        was: Any = None,
        now: Any = None,
    ) -> None:
        """Note one change.

        Args:
            direction: which way the values travel.
            place: below request or answer.
            rule: which kind of change.
            effect: what it does to the set of values.
            was: JSON value of the old contract.
            now: JSON value of the new one.
        """
        found = Found((direction.value, *place), rule, effect, was, now)
        words = message(direction, found)
        change = Change(
            self.operation, found.place, rule, level(direction, effect), breaks(direction, effect), was, now, words
        )
        if change not in self.changes:
            self.changes.append(change)

    def add_all(self, direction: Direction, place: tuple[str, ...], found: Iterable[Found]) -> None:
        """Note what comparing schemas has found, whose places begin at `place`."""
        for each in found:
            self.add(direction, (*place, *each.place), each.rule, each.effect, each.was, each.now)
