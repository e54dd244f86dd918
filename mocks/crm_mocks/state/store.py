"""Storage of a session's records behind atomic operations, so that it could be shared between processes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from itertools import islice
from typing import Any, Final, Protocol


class Store(Protocol):
    """Tables of keys and values, groups of strings, counters and locks of one session.

    Each method is atomic. Values are treated as immutable: to change one, store a new one.
    """

    def get(self, table: str, key: str) -> Any:
        """Return the value, or `None`."""

    def put(self, table: str, key: str, value: Any) -> None:
        """Set the value."""

    def put_if_absent(self, table: str, key: str, value: Any) -> bool:
        """Set the value if there is none; return whether it was set."""

    def update(self, table: str, key: str, change: Callable[[Any], Any]) -> Any:
        """Replace the value by `change(value)`, where `None` means no value, and return the new value."""

    def delete(self, table: str, key: str) -> bool:
        """Remove the value; return whether there was one."""

    def items(self, table: str) -> list[tuple[str, Any]]:
        """Return all keys and values in the order in which the keys were added."""

    def count(self, table: str) -> int:
        """Return the number of keys."""

    def clear(self, table: str) -> None:
        """Remove the whole table."""

    def add(self, table: str, key: str, member: str) -> None:
        """Append a member to the group unless it is there already."""

    def discard(self, table: str, key: str, member: str) -> None:
        """Remove a member from the group; an empty group is removed."""

    def members(self, table: str, key: str, limit: int | None = None) -> list[str]:
        """Return the members of the group in the order in which they were added, up to a limit."""

    def oldest_beyond(self, limit: int, table: str, kept: tuple[str, str]) -> str | None:
        """Return the key of a table that was added first, if there are more keys than a limit; else `None`.

        Args:
            limit: number of keys.
            table: the table.
            kept: table and key of the group of those keys that do not count.
        """

    def increment(self, counter: str) -> int:
        """Increment a counter that starts at 0, and return it."""

    def claim(self, name: str) -> bool:
        """Lock a name until it is released; return `False` if it is locked already."""

    def release(self, name: str) -> None:
        """Unlock a name."""


Group = str | dict[str, None]
"""A single member, the most common case; or several in order, as keys.

The garbage collector does not traverse them, however many there are; an `OrderedDict` of 100,000 strings takes more
than a millisecond of each full collection.
"""

_AHEAD: Final = 256
"""Keys that are looked up at once: the oldest entries of a dictionary leave gaps, which take time to skip."""


class MemoryStore:
    """A store in memory. Its methods never yield to other tasks, which makes them atomic."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, Any]] = {}
        self._groups: dict[str, dict[str, Group]] = {}
        self._oldest: dict[str, list[str]] = {}
        """The first keys of a table, oldest last, as far as they were looked up and are still there."""
        self._counters: dict[str, int] = {}
        self._claims: set[str] = set()

    def get(self, table: str, key: str) -> Any:
        """See `Store.get`."""
        rows = self._tables.get(table)
        return None if rows is None else rows.get(key)

    def put(self, table: str, key: str, value: Any) -> None:
        """See `Store.put`."""
        self._tables.setdefault(table, {})[key] = value

    def put_if_absent(self, table: str, key: str, value: Any) -> bool:
        """See `Store.put_if_absent`."""
        rows = self._tables.setdefault(table, {})
        if key in rows:
            return False
        rows[key] = value
        return True

    def update(self, table: str, key: str, change: Callable[[Any], Any]) -> Any:
        """See `Store.update`."""
        rows = self._tables.setdefault(table, {})
        rows[key] = change(rows.get(key))
        return rows[key]

    def delete(self, table: str, key: str) -> bool:
        """See `Store.delete`."""
        oldest = self._oldest.get(table)
        if oldest and key in oldest:
            oldest.remove(key)
        return self._tables.get(table, {}).pop(key, None) is not None

    def items(self, table: str) -> list[tuple[str, Any]]:
        """See `Store.items`."""
        return list(self._tables.get(table, {}).items())

    def count(self, table: str) -> int:
        """See `Store.count`."""
        return len(self._tables.get(table, ()))

    def clear(self, table: str) -> None:
        """See `Store.clear`."""
        self._tables.pop(table, None)
        self._groups.pop(table, None)
        self._oldest.pop(table, None)

    def add(self, table: str, key: str, member: str) -> None:
        """See `Store.add`."""
        groups = self._groups.setdefault(table, {})
        group = groups.setdefault(key, member)
        if isinstance(group, dict):
            group.setdefault(member, None)
        elif group != member:
            groups[key] = {group: None, member: None}

    def discard(self, table: str, key: str, member: str) -> None:
        """See `Store.discard`."""
        groups = self._groups.get(table, {})
        group = groups.get(key)
        if isinstance(group, dict):
            group.pop(member, None)
        if not group or group == member:
            groups.pop(key, None)

    def members(self, table: str, key: str, limit: int | None = None) -> list[str]:
        """See `Store.members`."""
        groups = self._groups.get(table)
        group = groups.get(key) if groups is not None else None
        if group is None:
            return []
        return list(islice((group,) if isinstance(group, str) else group, limit))

    def oldest_beyond(self, limit: int, table: str, kept: tuple[str, str]) -> str | None:
        """See `Store.oldest_beyond`."""
        rows, group = self._tables.get(table, {}), self._groups.get(kept[0], {}).get(kept[1], ())
        names: Collection[str] = (group,) if isinstance(group, str) else group
        if len(rows) - len(names) <= limit:
            return None
        oldest = self._oldest.setdefault(table, [])
        while oldest and oldest[-1] not in rows:  # what has put it was undone
            oldest.pop()
        if not oldest:
            oldest += list(islice((key for key in rows if key not in names), _AHEAD))[::-1]
        return oldest[-1]

    def increment(self, counter: str) -> int:
        """See `Store.increment`."""
        value = self._counters.get(counter, 0) + 1
        self._counters[counter] = value
        return value

    def claim(self, name: str) -> bool:
        """See `Store.claim`."""
        if name in self._claims:
            return False
        self._claims.add(name)
        return True

    def release(self, name: str) -> None:
        """See `Store.release`."""
        self._claims.discard(name)


class DryRunStore:
    """An overlay over another store that keeps writes to itself.

    A request whose response is forced runs on one, so that the vendor's rules are applied without storing anything.
    """

    def __init__(self, under: Store) -> None:
        self._under = under
        self._written: dict[tuple[str, str], Any] = {}
        self._groups: dict[tuple[str, str], dict[str, None]] = {}
        self._cleared: set[str] = set()
        self._counters: dict[str, int] = {}

    def get(self, table: str, key: str) -> Any:
        """See `Store.get`."""
        if (table, key) in self._written:
            return self._written[table, key]
        return None if table in self._cleared else self._under.get(table, key)

    def put(self, table: str, key: str, value: Any) -> None:
        """See `Store.put`."""
        self._written[table, key] = value

    def put_if_absent(self, table: str, key: str, value: Any) -> bool:
        """See `Store.put_if_absent`."""
        if self.get(table, key) is not None:
            return False
        self._written[table, key] = value
        return True

    def update(self, table: str, key: str, change: Callable[[Any], Any]) -> Any:
        """See `Store.update`."""
        value = self._written[table, key] = change(self.get(table, key))
        return value

    def delete(self, table: str, key: str) -> bool:
        """See `Store.delete`."""
        present = self.get(table, key) is not None
        self._written[table, key] = None
        return present

    def items(self, table: str) -> list[tuple[str, Any]]:
        """See `Store.items`."""
        rows = {} if table in self._cleared else dict(self._under.items(table))
        rows.update({key: value for (name, key), value in self._written.items() if name == table})
        return [(key, value) for key, value in rows.items() if value is not None]

    def count(self, table: str) -> int:
        """See `Store.count`."""
        return len(self.items(table))

    def clear(self, table: str) -> None:
        """See `Store.clear`."""
        self._cleared.add(table)
        self._written = {place: value for place, value in self._written.items() if place[0] != table}
        self._groups = {place: group for place, group in self._groups.items() if place[0] != table}

    def add(self, table: str, key: str, member: str) -> None:
        """See `Store.add`."""
        self._group(table, key).setdefault(member, None)

    def discard(self, table: str, key: str, member: str) -> None:
        """See `Store.discard`."""
        self._group(table, key).pop(member, None)

    def members(self, table: str, key: str, limit: int | None = None) -> list[str]:
        """See `Store.members`."""
        if (table, key) in self._groups:
            return list(islice(self._groups[table, key], limit))
        return [] if table in self._cleared else self._under.members(table, key, limit)

    def oldest_beyond(self, limit: int, table: str, kept: tuple[str, str]) -> str | None:
        """See `Store.oldest_beyond`; nothing is stored, so nothing is too much."""

    def _group(self, table: str, key: str) -> dict[str, None]:
        """Return the overlay's copy of a group."""
        if (table, key) not in self._groups:
            self._groups[table, key] = dict.fromkeys(self.members(table, key))
        return self._groups[table, key]

    def increment(self, counter: str) -> int:
        """See `Store.increment`; counts from zero and leaves the real counter unchanged."""
        value = self._counters[counter] = self._counters.get(counter, 0) + 1
        return value

    def claim(self, name: str) -> bool:
        """See `Store.claim`; respects locks of other requests but takes none."""
        if not self._under.claim(name):
            return False
        self._under.release(name)
        return True

    def release(self, name: str) -> None:
        """See `Store.release`; a dry run holds no locks."""
