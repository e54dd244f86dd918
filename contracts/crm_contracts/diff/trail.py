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
        by_provider: whether the provider calls the operation, as it does webhooks, and its clients answer.
        changes: what was found.
    """

    operation: str = ""
    by_provider: bool = False
    changes: list[Change] = field(default_factory=list)

    @property
    def request(self) -> Direction:
        """Which way the operation's request travels."""
        return Direction.ANSWER if self.by_provider else Direction.REQUEST

    @property
    def answer(self) -> Direction:
        """Which way the operation's answer travels."""
        return Direction.REQUEST if self.by_provider else Direction.ANSWER

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
        part = Direction.REQUEST if direction is self.request else Direction.ANSWER
        found = Found((part.value, *place), rule, effect, was, now)
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
