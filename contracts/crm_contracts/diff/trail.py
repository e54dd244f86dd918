"""Collecting changes while two contracts are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from crm_contracts.diff import nodes
from crm_contracts.diff.model import Change
from crm_contracts.diff.schemas.found import Found
from crm_contracts.diff.variance import Direction, Effect, breaks, level
from crm_contracts.diff.words import message


@dataclass
class Trail:
    """The position of the comparison, and the changes found so far.

    Attributes:
        operation: label of the operation that is compared; empty outside operations.
        by_provider: the provider calls the operation, as it does webhooks, and its clients respond.
        changes: the changes.
    """

    operation: str = ""
    by_provider: bool = False
    changes: list[Change] = field(default_factory=list)
    _noted: set[str] = field(default_factory=set)

    @property
    def request(self) -> Direction:
        """Direction in which the operation's request travels."""
        return Direction.RESPONSE if self.by_provider else Direction.REQUEST

    @property
    def response(self) -> Direction:
        """Direction in which the operation's response travels."""
        return Direction.REQUEST if self.by_provider else Direction.RESPONSE

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
            direction: direction in which the values travel.
            place: place below the request or the response.
            rule: kind of change.
            effect: effect on the set of values.
            was: JSON value of the old contract.
            now: JSON value of the new one.
        """
        part = Direction.REQUEST if direction is self.request else Direction.RESPONSE
        found = Found((part.value, *place), rule, effect, was, now)
        words = message(direction, found)
        change = Change(
            self.operation, found.place, rule, level(direction, effect), breaks(direction, effect), was, now, words
        )
        key = nodes.canonical([self.operation, found.place, rule, was, now])
        if key not in self._noted:
            self._noted.add(key)
            self.changes.append(change)

    def add_all(self, direction: Direction, place: tuple[str, ...], found: Iterable[Found]) -> None:
        """Note the changes found by comparing schemas, whose places begin at `place`."""
        for each in found:
            self.add(direction, (*place, *each.place), each.rule, each.effect, each.was, each.now)
