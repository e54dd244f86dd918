"""The records of a CRM in a session, found by key or by an indexed member."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from crm_mocks.errors import UsageError
from crm_mocks.state.record_kind import Indexed, Normalizer, RecordKind, RecordTables, as_written
from crm_mocks.state.store import Store

__all__ = ["Indexed", "Normalizer", "RecordKind", "Records", "as_written"]

log = logging.getLogger("crm_mocks")

_ABSENT: Final = "\0"
"""Index group of the records that lack the member."""

_KEYS: Final = "keys"
"""The only group of a table that lists records of a kind."""


class Records:
    """The records of one vendor in one session.

    Beyond the limit, a new record replaces the oldest added record of its kind. The records that a session starts with
    are never replaced, because the vendor's rules need them (catalogues, for example).

    Attributes:
        seeding: records stored now are the ones that the session starts with.
    """

    def __init__(self, store: Store, vendor: str, kinds: Mapping[str, RecordKind], cap: int | None = None) -> None:
        """Open a vendor's records.

        Args:
            store: holds the records.
            vendor: name of the vendor.
            kinds: kinds of record by name.
            cap: maximum number of records of a kind beyond those that the session starts with; `None` for no limit.
        """
        self.seeding = False
        self._store = store
        self._vendor = vendor
        self._kinds = kinds
        self._cap = cap
        self._full: set[str] = set()
        self._tables: dict[str, RecordTables] = {}

    def kind(self, name: str) -> RecordKind:
        """Return the kind with that name.

        Raises:
            UsageError: the vendor has no such kind.
        """
        try:
            return self._kinds[name]
        except KeyError:
            raise UsageError(
                f"{self._vendor} has no records '{name}'; its kinds are {', '.join(sorted(self._kinds))}"
            ) from None

    def _of(self, name: str) -> RecordTables:
        """Return the tables of a kind.

        Raises:
            UsageError: the vendor has no such kind.
        """
        tables = self._tables.get(name)
        if tables is None:
            tables = self._tables[name] = RecordTables.of(self._vendor, self.kind(name))
        return tables

    async def get(self, kind: str, key: object) -> Any:
        """Return the record of a kind with a key, or `None`. Treat it as immutable.

        Raises:
            UsageError: the vendor has no such kind.
        """
        return self._get(self._tables.get(kind) or self._of(kind), str(key))

    def _get(self, tables: RecordTables, key: str) -> Any:
        packed = self._store.get(tables.records, key)
        return packed if type(packed) is dict else tables.kind.packer.unpack(packed)

    async def put(self, kind: str, record: Mapping[str, Any]) -> None:
        """Store a record of a kind, replacing the one with the same key.

        Raises:
            UsageError: the vendor has no such kind, or the record has no key.
        """
        tables = self._tables.get(kind) or self._of(kind)
        key = self._key(tables.kind, record)
        before = self._store.get(tables.records, key)
        packed = self._packed(tables.kind, record)
        self._store.put(tables.records, key, packed)
        if tables.indexes:
            self._index_record(tables, key, record, tables.kind.packer.unpack(before))
        if before is None:
            self._on_new(tables, key)

    async def put_if_absent(self, kind: str, record: Mapping[str, Any]) -> bool:
        """Store a record of a kind unless its key is taken; return whether it was stored.

        Raises:
            UsageError: the vendor has no such kind, or the record has no key.
        """
        tables = self._tables.get(kind) or self._of(kind)
        about = tables.kind
        key = self._key(about, record)
        packed = self._packed(about, record)
        if not self._store.put_if_absent(tables.records, key, packed):
            return False
        if tables.indexes:
            self._index_record(tables, key, record)
        self._on_new(tables, key)
        return True

    def _packed(self, kind: RecordKind, record: Mapping[str, Any]) -> Any:
        is_shared = self.seeding and not kind.has_own_seeds
        return record if is_shared else kind.packer.pack(record)

    async def adopt(self, kind: str, record: Mapping[str, Any]) -> None:
        """Store a record of a kind that no request has stored but a forced response has named; keep a known one.

        Raises:
            UsageError: the vendor has no such kind, or the record has no key.
        """
        if await self.put_if_absent(kind, record):
            self._store.add(self._of(kind).adopted, _KEYS, self._key(self.kind(kind), record))

    async def adopted(self, kind: str) -> frozenset[str]:
        """Return the keys of a kind's records that are known from forced responses only."""
        return frozenset(self._store.members(self._of(kind).adopted, _KEYS))

    async def count_stored(self, kind: str) -> int:
        """Return the number of records of a kind without those adopted from forced responses."""
        return await self.count(kind) - len(self._store.members(self._of(kind).adopted, _KEYS))

    async def find(self, kind: str, member: str, value: object, limit: int | None = None) -> list[Any]:
        """Return the records whose member has a value, in the order in which they got it.

        Args:
            kind: kind of record.
            member: the key or an indexed member.
            value: value to find.
            limit: maximum number of records.

        Raises:
            UsageError: the member is not indexed.
        """
        tables = self._tables.get(kind) or self._of(kind)
        if member == tables.kind.key:
            record = self._get(tables, str(value))
            return [] if record is None else [record]
        normalize, index = self._index(tables, member)
        return self._find_group(tables, index, normalize(str(value)), limit)

    async def without(self, kind: str, member: str, limit: int | None = None) -> list[Any]:
        """Return the records in which an indexed member is absent or null, oldest first.

        Args:
            kind: kind of record.
            member: an indexed member.
            limit: maximum number of records.

        Raises:
            UsageError: the member is not indexed.
        """
        tables = self._of(kind)
        _, index = self._index(tables, member)
        return self._find_group(tables, index, _ABSENT, limit)

    def _find_group(self, tables: RecordTables, index: str, group: str, limit: int | None) -> list[Any]:
        keys = self._store.members(index, group, limit)
        if not keys:
            return []
        found = [self._get(tables, key) for key in keys]
        return [record for record in found if record is not None]

    def _index(self, tables: RecordTables, member: str) -> tuple[Normalizer, str]:
        """Return the normalizer and the table of the index by a member."""
        for indexed, normalize, table in tables.indexes:
            if indexed == member:
                return normalize, table
        raise UsageError(f"{self._vendor}.{tables.kind.name} is not indexed by '{member}'")

    async def all(self, kind: str) -> list[Any]:
        """Return all records of a kind, oldest first."""
        tables = self._of(kind)
        return [tables.kind.packer.unpack(record) for _, record in self._store.items(tables.records)]

    async def items(self, kind: str) -> list[tuple[str, Any]]:
        """Return keys and packed records of a kind, oldest first; `unpacked` gives a record."""
        return self._store.items(self._of(kind).records)

    def unpacked(self, kind: str, packed: Any) -> Any:
        """Return a record of a kind from its packed form, as `items` returns it."""
        return packed if type(packed) is dict else self._kinds[kind].packer.unpack(packed)

    async def count(self, kind: str) -> int:
        """Return the number of records of a kind."""
        return self._store.count(self._of(kind).records)

    async def delete(self, kind: str, key: object) -> bool:
        """Remove the record of a kind with a key; return whether there was one."""
        tables = self._of(kind)
        key = str(key)
        record = self._get(tables, key)
        if record is None:
            return False
        self._unindex(tables, key, record)
        self._store.discard(tables.starting, _KEYS, key)
        self._store.discard(tables.adopted, _KEYS, key)
        return self._store.delete(tables.records, key)

    async def clear(self, kind: str) -> None:
        """Remove all records of a kind."""
        tables = self._of(kind)
        for table in (tables.records, tables.starting, tables.adopted, *(index for _, _, index in tables.indexes)):
            self._store.clear(table)

    async def next(self, counter: str) -> int:
        """Increment a counter of this vendor and return it; the first number is 1."""
        return self.increment(counter)

    def increment(self, counter: str) -> int:
        """See `next`."""
        return self._store.increment(f"{self._vendor}/{counter}")

    def claim(self, name: str) -> bool:
        """Lock a name until `release`; return `False` if another request has locked it."""
        return self._store.claim(f"{self._vendor}/{name}")

    def release(self, name: str) -> None:
        """Unlock a name."""
        return self._store.release(f"{self._vendor}/{name}")

    def _key(self, about: RecordKind, record: Mapping[str, Any]) -> str:
        try:
            key = record[about.key]
        except (KeyError, TypeError):  # TypeError: no object at all
            key = None
        if key is None:
            raise UsageError(f"a record of {self._vendor}.{about.name} needs the member '{about.key}'")
        return str(key)

    def _on_new(self, tables: RecordTables, key: str) -> None:
        """Note a new record that the session starts with; beyond the limit of others, remove the oldest of them."""
        if self.seeding:
            self._store.add(tables.starting, _KEYS, key)
        elif self._cap is not None and self._store.count(tables.records) > self._cap:
            oldest = self._store.oldest_beyond(self._cap, tables.records, (tables.starting, _KEYS))
            if oldest is not None:
                self._remove_oldest(tables, oldest, self._cap)

    def _remove_oldest(self, tables: RecordTables, oldest: str, cap: int) -> None:
        kind = tables.kind.name
        self._unindex(tables, oldest, self._get(tables, oldest))
        self._store.discard(tables.adopted, _KEYS, oldest)
        self._store.delete(tables.records, oldest)
        if kind not in self._full:
            self._full.add(kind)
            log.warning(
                "%s.%s: the limit of %d added records per session (host.records) is reached; the oldest are removed",
                self._vendor,
                kind,
                cap,
            )

    def _index_record(
        self, tables: RecordTables, key: str, record: Mapping[str, Any], before: Mapping[str, Any] | None = None
    ) -> None:
        """Index a record; in groups that it already belongs to, it keeps its position."""
        for member, normalize, index in tables.indexes:
            group = _group(record, member, normalize)
            old = None if before is None else _group(before, member, normalize)
            if old == group:
                continue
            if old is not None:
                self._store.discard(index, old, key)
            self._store.add(index, group, key)

    def _unindex(self, tables: RecordTables, key: str, record: Mapping[str, Any]) -> None:
        for member, normalize, index in tables.indexes:
            self._store.discard(index, _group(record, member, normalize), key)


def _group(record: Mapping[str, Any], member: str, normalize: Normalizer) -> str:
    """Return the index group that a record belongs to."""
    value: Any = record
    if "/" not in member:
        value = record.get(member)
    else:
        for step in member.split("/"):
            value = value.get(step) if isinstance(value, Mapping) else None
    return _ABSENT if value is None else normalize(str(value))
