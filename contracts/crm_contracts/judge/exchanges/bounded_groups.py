"""Group repeated items: keep the first and count the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

MAX_DISTINCT: Final = 10_000
"""Maximum number of groups, since clients and providers may send an unlimited number of names."""


Item = TypeVar("Item")


class BoundedGroups(Generic[Item]):
    """Items grouped by key, at most `MAX_DISTINCT` groups.

    Attributes:
        is_truncated: whether items were dropped because the limit was reached.
    """

    def __init__(self) -> None:
        self.is_truncated = False
        self._items: dict[Any, Item] = {}

    def add(self, key: Any, make: Callable[[], Item], update: Callable[[Item], Item]) -> Item:
        """Add an occurrence; return the item of its group.

        Args:
            key: sortable key of the group.
            make: creates the item; called only for a new group, as it may be slow.
            update: returns the item with another occurrence counted.
        """
        known = self._items.get(key)
        if known is None and len(self._items) >= MAX_DISTINCT:
            self.is_truncated = True
            return make()
        self._items[key] = known = make() if known is None else update(known)
        return known

    def sorted(self) -> tuple[Item, ...]:
        """Return all items, sorted by key."""
        return tuple(self._items[key] for key in sorted(self._items))
