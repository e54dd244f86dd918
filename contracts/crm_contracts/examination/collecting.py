"""Collecting what is found again and again: the first time is kept, the others are counted."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, Final, Generic, Protocol, TypeVar

MOST: Final = 10_000
"""Different things that are kept: clients and providers make up names without end."""


class Counted(Protocol):
    """Something found, and how often."""

    @property
    def count(self) -> int:
        """How often."""

    @property
    def key(self) -> Any:
        """What makes it the same another time; it can be sorted."""


Found = TypeVar("Found", bound=Counted)


class Collection(Generic[Found]):
    """Things found, by key.

    Attributes:
        overfull: something was found that there was no room for.
    """

    def __init__(self) -> None:
        self.overfull = False
        self._found: dict[Hashable, Found] = {}

    def add(self, key: Hashable, make: Callable[[], Found]) -> Found:
        """Count something, and return it as it was found first.

        Args:
            key: its own; it must be the `key` of what is made.
            make: makes it, counted once: the first time only, as it may take a while.
        """
        known = self._found.get(key)
        if known is not None:
            self._found[key] = _recounted(known, known.count + 1)
        elif len(self._found) < MOST:
            known = self._found[key] = make()
        else:
            self.overfull = True
            known = make()
        return known

    def put(self, one: Found) -> None:
        """Add something that may have been counted already, or its count to what is there."""
        known = self._found.get(one.key)
        self._found[one.key] = one if known is None else _recounted(known, known.count + one.count)

    def sorted(self) -> tuple[Found, ...]:
        """Return all, sorted by key."""
        return tuple(sorted(self._found.values(), key=lambda each: each.key))


def _recounted(found: Found, count: int) -> Found:
    made: Found = replace(found, count=count)  # type: ignore[type-var]  # all are dataclasses
    return made
