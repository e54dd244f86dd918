"""The records of a CRM in a session, found by key or by an indexed member."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_mocks.errors import UsageError
from crm_mocks.state.record_packing import RecordPacker
from crm_mocks.state.store import Store

Normalizer = Callable[[str], str]
Indexed = Mapping[str, Mapping[str, Normalizer]]
"""By kind of record: members that records can be found by, each with the function that normalizes its value."""

log = logging.getLogger("crm_mocks")

_ABSENT: Final = "\0"
"""Index group of the records that lack the member."""

_KEYS: Final = "keys"
"""The only group of the table that lists the added records of a kind in order."""


def as_written(value: str) -> str:
    """Index a value without normalization."""
    return value


@dataclass(frozen=True)
class RecordKind:
    """A kind of record.

    Attributes:
        name: plural name in the control API, such as `leads`.
        key: member that identifies a record.
        indexed: other members that records can be found by, such as `email` or `properties/email`, each with the
            function that normalizes its value, such as `str.lower` for case-insensitive lookups.
        counts_requests: records of this kind count requests, so refused requests change them too.
        packer: compresses records.
    """

    name: str
    key: str
    indexed: Mapping[str, Normalizer] = field(default_factory=dict)
    counts_requests: bool = False
    packer: RecordPacker = field(default_factory=RecordPacker, init=False, repr=False, compare=False)


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

    async def get(self, kind: str, key: object) -> Any:
        """Return the record with that key, or `None`."""
        return self.unpacked(kind, await self._store.get(self._table(kind), str(key)))

    async def put(self, kind: str, record: Mapping[str, Any]) -> None:
        """Store a record, replacing the one with the same key.

        Raises:
            UsageError: the record has no key.
        """
        about = self.kind(kind)
        key = self._key(about, record)
        before = await self._store.get(self._table(kind), key)
        await self._store.put(self._table(kind), key, self._packed(about, record))
        await self._index_record(about, key, record, about.packer.unpack(before) if about.indexed else None)
        if before is None:
            await self._enforce_cap(about, key)

    async def put_if_absent(self, kind: str, record: Mapping[str, Any]) -> bool:
        """Store a record unless its key is taken; return whether it was stored."""
        about = self.kind(kind)
        key = self._key(about, record)
        if not await self._store.put_if_absent(self._table(kind), key, self._packed(about, record)):
            return False
        await self._index_record(about, key, record)
        await self._enforce_cap(about, key)
        return True

    async def adopt(self, kind: str, record: Mapping[str, Any]) -> None:
        """Store a record that no request has stored but a forced response has named; keep a known one."""
        if await self.put_if_absent(kind, record):
            await self._store.add(self._adopted(kind), _KEYS, self._key(self.kind(kind), record))

    async def adopted(self, kind: str) -> frozenset[str]:
        """Return the keys of records that are known from forced responses only."""
        return frozenset(await self._store.members(self._adopted(kind), _KEYS))

    async def count_stored(self, kind: str) -> int:
        """Return the number of records without those adopted from forced responses."""
        return await self.count(kind) - len(await self._store.members(self._adopted(kind), _KEYS))

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
        about = self.kind(kind)
        if member == about.key:
            record = await self.get(kind, value)
            return [] if record is None else [record]
        return await self._find_group(about, member, self._normalizer(about, member)(str(value)), limit)

    async def without(self, kind: str, member: str, limit: int | None = None) -> list[Any]:
        """Return the records in which an indexed member is absent or null, oldest first.

        Args:
            kind: kind of record.
            member: an indexed member.
            limit: maximum number of records.

        Raises:
            UsageError: the member is not indexed.
        """
        about = self.kind(kind)
        self._normalizer(about, member)
        return await self._find_group(about, member, _ABSENT, limit)

    async def _find_group(self, about: RecordKind, member: str, group: str, limit: int | None) -> list[Any]:
        keys = await self._store.members(self._index(about, member), group, limit)
        found = [await self.get(about.name, key) for key in keys]
        return [record for record in found if record is not None]

    def _normalizer(self, about: RecordKind, member: str) -> Normalizer:
        if member not in about.indexed:
            raise UsageError(f"{self._vendor}.{about.name} is not indexed by '{member}'")
        return about.indexed[member]

    async def all(self, kind: str) -> list[Any]:
        """Return all records of a kind, oldest first."""
        return [self.unpacked(kind, record) for _, record in await self._store.items(self._table(kind))]

    async def items(self, kind: str) -> list[tuple[str, Any]]:
        """Return keys and packed records of a kind, oldest first; `unpacked` gives a record."""
        return await self._store.items(self._table(kind))

    def unpacked(self, kind: str, packed: Any) -> Any:
        """Return a record from its stored form."""
        return self._kinds[kind].packer.unpack(packed) if type(packed) is bytes else packed

    async def count(self, kind: str) -> int:
        """Return the number of records of a kind."""
        return await self._store.count(self._table(kind))

    async def delete(self, kind: str, key: object) -> bool:
        """Remove the record with that key; return whether there was one."""
        about = self.kind(kind)
        record = await self.get(kind, key)
        if record is None:
            return False
        await self._unindex(about, str(key), record)
        await self._store.discard(self._added(kind), _KEYS, str(key))
        await self._store.discard(self._adopted(kind), _KEYS, str(key))
        return await self._store.delete(self._table(kind), str(key))

    async def clear(self, kind: str) -> None:
        """Remove all records of a kind."""
        about = self.kind(kind)
        await self._store.clear(self._table(kind))
        await self._store.clear(self._added(kind))
        await self._store.clear(self._adopted(kind))
        for member in about.indexed:
            await self._store.clear(self._index(about, member))

    async def next(self, counter: str) -> int:
        """Increment a counter of this vendor and return it; the first number is 1."""
        return await self._store.increment(f"{self._vendor}/{counter}")

    async def claim(self, name: str) -> bool:
        """Lock a name until `release`; return `False` if another request has locked it."""
        return await self._store.claim(f"{self._vendor}/{name}")

    async def release(self, name: str) -> None:
        """Unlock a name."""
        await self._store.release(f"{self._vendor}/{name}")

    def _packed(self, about: RecordKind, record: Mapping[str, Any]) -> Any:
        """Return the stored form of a record; starting records are shared by sessions and stay unpacked."""
        return record if self.seeding else about.packer.pack(record)

    def _key(self, about: RecordKind, record: Mapping[str, Any]) -> str:
        key = record.get(about.key) if isinstance(record, Mapping) else None
        if key is None:
            raise UsageError(f"a record of {self._vendor}.{about.name} needs the member '{about.key}'")
        return str(key)

    async def _enforce_cap(self, about: RecordKind, key: str) -> None:
        """Register an added record; beyond the limit, remove the one that was added first."""
        if self._cap is None or self.seeding:
            return
        if await self._store.add(self._added(about.name), _KEYS, key) <= self._cap:
            return
        oldest = await self._store.take_oldest(self._added(about.name), _KEYS)
        record = await self.get(about.name, oldest)
        await self._unindex(about, str(oldest), record)
        await self._store.discard(self._adopted(about.name), _KEYS, str(oldest))
        await self._store.delete(self._table(about.name), str(oldest))
        if about.name not in self._full:
            self._full.add(about.name)
            log.warning(
                "%s.%s: the limit of %d added records per session (host.records) is reached; the oldest are removed",
                self._vendor,
                about.name,
                self._cap,
            )

    async def _index_record(
        self, about: RecordKind, key: str, record: Mapping[str, Any], before: Mapping[str, Any] | None = None
    ) -> None:
        """Index a record; in groups that it already belongs to, it keeps its position."""
        for member, normalize in about.indexed.items():
            group, index = _group(record, member, normalize), self._index(about, member)
            old = None if before is None else _group(before, member, normalize)
            if old == group:
                continue
            if old is not None:
                await self._store.discard(index, old, key)
            await self._store.add(index, group, key)

    async def _unindex(self, about: RecordKind, key: str, record: Mapping[str, Any]) -> None:
        for member, normalize in about.indexed.items():
            await self._store.discard(self._index(about, member), _group(record, member, normalize), key)

    def _table(self, kind: str) -> str:
        return f"{self._vendor}/{kind}"

    def _index(self, about: RecordKind, member: str) -> str:
        return f"{self._vendor}/{about.name}#{member}"

    def _added(self, kind: str) -> str:
        return f"{self._vendor}/{kind}+"

    def _adopted(self, kind: str) -> str:
        return f"{self._vendor}/{kind}~"


def _group(record: Mapping[str, Any], member: str, normalize: Normalizer) -> str:
    """Return the index group that a record belongs to."""
    value: Any = record
    for step in member.split("/"):
        value = value.get(step) if isinstance(value, Mapping) else None
    return _ABSENT if value is None else normalize(str(value))
