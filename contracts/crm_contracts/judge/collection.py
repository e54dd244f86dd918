"""Things that occur again and again: the first is kept, the others are counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

MAX_DISTINCT: Final = 10_000
"""Distinct things that are kept: clients and providers invent names without end."""


Item = TypeVar("Item")


class Collection(Generic[Item]):
    """Things by key.

    Attributes:
        overfull: something was dropped for want of room.
    """

    def __init__(self) -> None:
        self.overfull = False
        self._items: dict[Any, Item] = {}

    def add(self, key: Any, make: Callable[[], Item], again: Callable[[Item], Item]) -> Item:
        """Add a thing; return it as it is known now.

        Args:
            key: of the thing; keys can be sorted.
            make: makes it, the first time only, as that may take a while.
            again: returns it counted once more.
        """
        known = self._items.get(key)
        if known is None and len(self._items) >= MAX_DISTINCT:
            self.overfull = True
            return make()
        self._items[key] = known = make() if known is None else again(known)
        return known

    def sorted(self) -> tuple[Item, ...]:
        """Return all, sorted by key."""
        return tuple(self._items[key] for key in sorted(self._items))
