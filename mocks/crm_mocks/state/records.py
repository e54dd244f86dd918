"""Records: what a CRM has stored in a session, found by key or by any member that is indexed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_mocks.errors import UsageError
from crm_mocks.state.record_packing import RecordPacker
from crm_mocks.state.store import Store

Fold = Callable[[str], str]
log = logging.getLogger("crm_mocks")

_ABSENT: Final = "\0"
"""The group of an index that has the records without its member."""

_KEYS: Final = "keys"
"""The one group of the table that has a kind's added records in their order."""


def as_written(value: str) -> str:
    """Index a member's value as it is."""
    return value


@dataclass(frozen=True)
class RecordKind:
    """A kind of record.

    Attributes:
        name: plural, as users of the control API write it (`leads`).
        key: the member that identifies a record.
        indexed: further members by which records are found, each with how its value is made comparable
            (`str.lower` where letter case does not count).
        tally: it counts requests, so that refused ones change it too.
        packer: makes records small.
    """

    name: str
    key: str
    indexed: Mapping[str, Fold] = field(default_factory=dict)
    tally: bool = False
    packer: RecordPacker = field(default_factory=RecordPacker, init=False, repr=False, compare=False)


class Records:
    """The records of one vendor in one session.

    Beyond a cap, the oldest record of a kind makes room for a new one. Those that a session starts with stay: the
    catalogues are among them, which the vendor's rules need.

    Attributes:
        starting: the records put now are those that the session starts with.
    """

    def __init__(self, store: Store, vendor: str, kinds: Mapping[str, RecordKind], cap: int | None = None) -> None:
        """Look at a vendor's records.

        Args:
            store: where they lie.
            vendor: whose.
            kinds: by name.
            cap: how many records of a kind may be added to those that the session starts with; `None` is any number.
        """
        self.starting = False
        self._store = store
        self._vendor = vendor
        self._kinds = kinds
        self._cap = cap
        self._full: set[str] = set()

    def kind(self, name: str) -> RecordKind:
        """Return the kind of that name.

        Raises:
            UsageError: the vendor has none.
        """
        try:
            return self._kinds[name]
        except KeyError:
            raise UsageError(
                f"{self._vendor} has no records '{name}': it has {', '.join(sorted(self._kinds))}"
            ) from None

    async def get(self, kind: str, key: object) -> Any:
        """Return the record with that key, or `None`."""
        return self._unpacked(kind, await self._store.get(self._table(kind), str(key)))

    async def put(self, kind: str, record: Mapping[str, Any]) -> None:
        """Store a record, replacing the one with the same key.

        Raises:
            UsageError: it lacks the member that identifies it.
        """
        about = self.kind(kind)
        key = self._key(about, record)
        before = await self._store.get(self._table(kind), key)
        await self._store.put(self._table(kind), key, self._kept(about, record))
        await self._index_record(about, key, record, about.packer.unpack(before) if about.indexed else None)
        if before is None:
            await self._make_room(about, key)

    async def put_if_absent(self, kind: str, record: Mapping[str, Any]) -> bool:
        """Store a record unless its key is taken; tell whether it was stored."""
        about = self.kind(kind)
        key = self._key(about, record)
        if not await self._store.put_if_absent(self._table(kind), key, self._kept(about, record)):
            return False
        await self._index_record(about, key, record)
        await self._make_room(about, key)
        return True

    async def find(self, kind: str, member: str, value: object, most: int | None = None) -> list[Any]:
        """Return the records whose member has that value; the member is the key or indexed.

        Args:
            kind: of the records.
            member: key or indexed.
            value: wanted.
            most: at most so many, the first that got the value.

        Raises:
            UsageError: the member is neither.
        """
        about = self.kind(kind)
        if member == about.key:
            record = await self.get(kind, value)
            return [] if record is None else [record]
        return await self._of_group(about, member, self._fold(about, member)(str(value)), most)

    async def without(self, kind: str, member: str, most: int | None = None) -> list[Any]:
        """Return the records that lack an indexed member, or have null there.

        Args:
            kind: of the records.
            member: indexed.
            most: at most so many, the first that came.

        Raises:
            UsageError: the member is not indexed.
        """
        about = self.kind(kind)
        self._fold(about, member)
        return await self._of_group(about, member, _ABSENT, most)

    async def _of_group(self, about: RecordKind, member: str, group: str, most: int | None) -> list[Any]:
        keys = await self._store.members(self._index(about, member), group, most)
        found = [await self.get(about.name, key) for key in keys]
        return [record for record in found if record is not None]

    def _fold(self, about: RecordKind, member: str) -> Fold:
        if member not in about.indexed:
            raise UsageError(f"{self._vendor}.{about.name} is not indexed by '{member}'")
        return about.indexed[member]

    async def all(self, kind: str) -> list[Any]:
        """Return all records of a kind, the oldest first."""
        return [self._unpacked(kind, record) for _, record in await self._store.items(self._table(kind))]

    async def count(self, kind: str) -> int:
        """Return how many records of a kind there are."""
        return await self._store.count(self._table(kind))

    async def delete(self, kind: str, key: object) -> bool:
        """Remove the record with that key; tell whether there was one."""
        about = self.kind(kind)
        record = await self.get(kind, key)
        if record is None:
            return False
        await self._unindex(about, str(key), record)
        await self._store.discard(self._added(kind), _KEYS, str(key))
        return await self._store.delete(self._table(kind), str(key))

    async def clear(self, kind: str) -> None:
        """Remove all records of a kind."""
        about = self.kind(kind)
        await self._store.clear(self._table(kind))
        await self._store.clear(self._added(kind))
        for member in about.indexed:
            await self._store.clear(self._index(about, member))

    async def next(self, counter: str) -> int:
        """Return the next number of a counter of this vendor, from 1 on."""
        return await self._store.increment(f"{self._vendor}/{counter}")

    async def claim(self, name: str) -> bool:
        """Take hold of a name until `release`; `False` if another request holds it."""
        return await self._store.claim(f"{self._vendor}/{name}")

    async def release(self, name: str) -> None:
        """Let go of a claimed name."""
        await self._store.release(f"{self._vendor}/{name}")

    def _kept(self, about: RecordKind, record: Mapping[str, Any]) -> Any:
        """Return the form in which a record is kept: those that sessions start with are shared between them."""
        return record if self.starting else about.packer.pack(record)

    def _unpacked(self, kind: str, kept: Any) -> Any:
        """Return a record; what is no packed one is as it is."""
        return self._kinds[kind].packer.unpack(kept) if type(kept) is bytes else kept

    def _key(self, about: RecordKind, record: Mapping[str, Any]) -> str:
        key = record.get(about.key) if isinstance(record, Mapping) else None
        if key is None:
            raise UsageError(f"a record of {self._vendor}.{about.name} needs the member '{about.key}'")
        return str(key)

    async def _make_room(self, about: RecordKind, key: str) -> None:
        """Note that a record was added; beyond the cap, drop the one that was added first."""
        if self._cap is None or self.starting:
            return
        if await self._store.add(self._added(about.name), _KEYS, key) <= self._cap:
            return
        oldest = await self._store.take_oldest(self._added(about.name), _KEYS)
        record = await self.get(about.name, oldest)
        await self._unindex(about, str(oldest), record)
        await self._store.delete(self._table(about.name), str(oldest))
        if about.name not in self._full:
            self._full.add(about.name)
            log.warning(
                "%s.%s: a session keeps %d added records (host.records): from now on the oldest make room",
                self._vendor,
                about.name,
                self._cap,
            )

    async def _index_record(
        self, about: RecordKind, key: str, record: Mapping[str, Any], before: Mapping[str, Any] | None = None
    ) -> None:
        """Note where a record is found; where it was found before, it keeps its place."""
        for member, fold in about.indexed.items():
            group, index = _group(record, member, fold), self._index(about, member)
            old = None if before is None else _group(before, member, fold)
            if old == group:
                continue
            if old is not None:
                await self._store.discard(index, old, key)
            await self._store.add(index, group, key)

    async def _unindex(self, about: RecordKind, key: str, record: Mapping[str, Any]) -> None:
        for member, fold in about.indexed.items():
            await self._store.discard(self._index(about, member), _group(record, member, fold), key)

    def _table(self, kind: str) -> str:
        return f"{self._vendor}/{kind}"

    def _index(self, about: RecordKind, member: str) -> str:
        return f"{self._vendor}/{about.name}#{member}"

    def _added(self, kind: str) -> str:
        return f"{self._vendor}/{kind}+"


def _group(record: Mapping[str, Any], member: str, fold: Fold) -> str:
    """Return the group of an index to which a record belongs."""
    value = record.get(member)
    return _ABSENT if value is None else fold(str(value))
