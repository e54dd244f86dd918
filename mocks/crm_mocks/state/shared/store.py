"""The records of a shared session: a store in memory that records its changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from crm_mocks.errors import StateError
from crm_mocks.state.shared.server_time import ServerTime
from crm_mocks.state.shared.transaction import Change, Recorder
from crm_mocks.state.store import Group, MemoryStore

PUT: Final = "put"
DELETE: Final = "del"
CLEAR: Final = "clear"
ADD: Final = "add"
DISCARD: Final = "discard"
GROUP: Final = "group"
COUNT: Final = "count"
CLAIM: Final = "claim"
RELEASE: Final = "release"


class SharedStore(MemoryStore):
    """A store whose changes are recorded, and can be applied to the copies of other processes.

    A claim is a lease: it ends by itself if the process that holds it dies.
    """

    def __init__(self, recorder: Recorder, time: ServerTime, lease_seconds: float) -> None:
        """Create an empty store.

        Args:
            recorder: records the changes of the session.
            time: time that all processes share.
            lease_seconds: duration of claims that are not released.
        """
        super().__init__()
        self._recorder = recorder
        self._time = time
        self._lease_seconds = lease_seconds
        self._leases: dict[str, float] = {}

    # --- changes by requests ---

    def put(self, table: str, key: str, value: Any) -> None:
        """See `Store.put`."""
        rows = self._tables.setdefault(table, {})
        self._recorder.record([PUT, table, key, portable(value)], _restoring(rows, key))
        rows[key] = value

    def put_if_absent(self, table: str, key: str, value: Any) -> bool:
        """See `Store.put_if_absent`."""
        if key in self._tables.get(table, ()):
            return False
        self.put(table, key, value)
        return True

    def update(self, table: str, key: str, change: Callable[[Any], Any]) -> Any:
        """See `Store.update`."""
        value = change(self._tables.get(table, {}).get(key))
        self.put(table, key, value)
        return value

    def delete(self, table: str, key: str) -> bool:
        """See `Store.delete`."""
        if key not in self._tables.get(table, ()):
            return False
        self._recorder.record([DELETE, table, key])  # its place among the others is lost
        return super().delete(table, key)

    def clear(self, table: str) -> None:
        """See `Store.clear`."""
        if table in self._tables or table in self._groups:
            self._recorder.record([CLEAR, table])
            super().clear(table)

    def add(self, table: str, key: str, member: str) -> None:
        """See `Store.add`."""
        if not self._has_member(table, key, member):
            self._recorder.record([ADD, table, key, member], lambda: self._discard(table, key, member))
            self._add(table, key, member)

    def discard(self, table: str, key: str, member: str) -> None:
        """See `Store.discard`."""
        if self._has_member(table, key, member):
            self._recorder.record([DISCARD, table, key, member])
            self._discard(table, key, member)

    def increment(self, counter: str) -> int:
        """See `Store.increment`."""
        value = self._counters.get(counter, 0) + 1
        self._recorder.record([COUNT, counter, value], _restoring(self._counters, counter))
        self._counters[counter] = value
        return value

    def claim(self, name: str) -> bool:
        """See `Store.claim`; a claim that is not released ends with its lease."""
        now = self._time.now()
        if self._leases.get(name, 0.0) > now:
            return False
        until = now + self._lease_seconds
        self._recorder.record([CLAIM, name, until], _restoring(self._leases, name))
        self._leases[name] = until
        return True

    def release(self, name: str) -> None:
        """See `Store.release`; at the end of a request whose response is delayed, the claim lasts until it is sent."""
        if name not in self._leases:
            return
        transaction = self._recorder.open
        if transaction.holds_claims:
            transaction.held.append(name)
            return
        before = len(transaction.changes)
        transaction.changes = [each for each in transaction.changes if each[:2] != [CLAIM, name]]
        lease = self._leases.pop(name)
        if len(transaction.changes) == before:  # an earlier transaction has made it
            self._recorder.record([RELEASE, name], lambda: self._leases.__setitem__(name, lease))

    def lease_end(self, name: str) -> float:
        """Return when the lease of a claim ends, in seconds of the server; it identifies the claim."""
        return self._leases[name]

    def release_lease(self, name: str, until: float) -> None:
        """Release a name if the claim is still the one whose lease ends at a time, not a later one of another process.

        Args:
            name: the claimed name.
            until: end of its lease; see `lease_end`.
        """
        if self._leases.get(name) == until:
            self.release(name)

    def extend_claims(self, names: Iterable[str], seconds: float) -> None:
        """Let claims of the transaction last longer, by the time until the response is sent."""
        for change in self._recorder.open.changes:
            if change[0] == CLAIM and change[1] in names:
                change[2] += seconds
                self._leases[change[1]] = change[2]

    # --- changes of the log ---

    def apply(self, change: Change) -> bool:
        """Apply a change that another process has recorded; return whether it is one of a store."""
        apply = self._APPLY.get(change[0])
        if apply is None:
            return False
        apply(self, *change[1:])
        return True

    def _put(self, table: str, key: str, value: Any) -> None:
        self._tables.setdefault(table, {})[key] = _local(value)

    def _delete(self, table: str, key: str) -> None:
        super().delete(table, key)

    def _clear(self, table: str) -> None:
        super().clear(table)

    def _add(self, table: str, key: str, member: str) -> None:
        super().add(table, key, member)

    def _discard(self, table: str, key: str, member: str) -> None:
        super().discard(table, key, member)

    def _set_group(self, table: str, key: str, members: Iterable[str]) -> None:
        self._groups.get(table, {}).pop(key, None)
        for member in members:
            self._add(table, key, member)

    def _set_counter(self, counter: str, value: int) -> None:
        self._counters[counter] = value

    def _lease(self, name: str, until: float) -> None:
        self._leases[name] = until

    def _release(self, name: str) -> None:
        self._leases.pop(name, None)

    _APPLY: Final[dict[str, Callable[..., None]]] = {
        PUT: _put,
        DELETE: _delete,
        CLEAR: _clear,
        ADD: _add,
        DISCARD: _discard,
        GROUP: _set_group,
        COUNT: _set_counter,
        CLAIM: _lease,
        RELEASE: _release,
    }

    def snapshot(self, start: SharedStore) -> Iterator[Change]:
        """Yield changes that turn another store, which holds the starting records, into this one."""
        for table in {**start._tables, **self._tables}:
            yield from _table_changes(table, start._tables.get(table, {}), self._tables.get(table, {}))
        for table in {**start._groups, **self._groups}:
            old, new = start._groups.get(table, {}), self._groups.get(table, {})
            for key in {**old, **new}:
                members = _members(new.get(key))
                if members != _members(old.get(key)):
                    yield [GROUP, table, key, members]
        for counter, value in self._counters.items():
            yield [COUNT, counter, value]
        now = self._time.now()
        for name, until in self._leases.items():
            if until > now:
                yield [CLAIM, name, until]

    def _has_member(self, table: str, key: str, member: str) -> bool:
        group = self._groups.get(table, {}).get(key)
        return group == member if group is None or isinstance(group, str) else member in group


def _table_changes(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """Yield the changes from one table to another, with the order of their keys."""
    places = {key: place for place, key in enumerate(old)}
    for key in old:
        if key not in new:
            yield [DELETE, table, key]
    last = -1
    for key, value in new.items():
        place = places.get(key, len(places))
        if place < max(last, 0) or (key in old and last == len(places)):
            yield [DELETE, table, key]  # removed and stored again
            yield [PUT, table, key, portable(value)]
            last = len(places)
            continue
        last = place
        if key not in old or old[key] != value:
            yield [PUT, table, key, portable(value)]


def _members(group: Group | None) -> list[str]:
    return [] if group is None else [group] if isinstance(group, str) else list(group)


def _restoring(rows: dict[str, Any], key: str) -> Callable[[], None]:
    """Return a function that restores the present value at a key."""
    if key not in rows:
        return lambda: rows.pop(key, None) and None
    value = rows[key]
    return lambda: rows.__setitem__(key, value)


def portable(value: Any) -> bytes | str:
    """Return a stored value in a form that every process can read: packed records as they are, others as JSON text.

    Raises:
        StateError: JSON cannot represent the value.
    """
    if isinstance(value, bytes):
        return value
    try:
        return json.dumps(value, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise StateError(f"a record cannot be shared between processes: {error}") from None


def _local(value: bytes | str) -> Any:
    return value if isinstance(value, bytes) else json.loads(value)
