"""Records: what a CRM has stored in a session, found by key or by any member that is indexed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_mocks.errors import UsageError
from crm_mocks.sessions.store import Store

Fold = Callable[[str], str]


def as_written(value: str) -> str:
    """Index a member's value as it is."""
    return value


@dataclass(frozen=True)
class Kind:
    """A kind of record.

    Attributes:
        name: plural, as users of the control API write it (`leads`).
        key: the member that identifies a record.
        indexed: further members by which records are found, each with how its value is made comparable
            (`str.lower` where letter case does not count).
        tally: it counts requests, so that refused ones change it too.
    """

    name: str
    key: str
    indexed: Mapping[str, Fold] = field(default_factory=dict)
    tally: bool = False


class Records:
    """The records of one vendor in one session."""

    def __init__(self, store: Store, vendor: str, kinds: Mapping[str, Kind]) -> None:
        self._store = store
        self._vendor = vendor
        self._kinds = kinds

    def kind(self, name: str) -> Kind:
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
        return await self._store.get(self._table(kind), str(key))

    async def put(self, kind: str, record: Mapping[str, Any]) -> None:
        """Store a record, replacing the one with the same key.

        Raises:
            UsageError: it lacks the member that identifies it.
        """
        about = self.kind(kind)
        key = self._key(about, record)
        before = await self._store.get(self._table(kind), key)
        if before is not None:
            await self._unindex(about, key, before)
        await self._store.put(self._table(kind), key, record)
        for member, fold in about.indexed.items():
            await self._change_index(about, member, fold, record, lambda keys: (*(keys or ()), key))

    async def put_if_absent(self, kind: str, record: Mapping[str, Any]) -> bool:
        """Store a record unless its key is taken; tell whether it was stored."""
        about = self.kind(kind)
        key = self._key(about, record)
        if not await self._store.put_if_absent(self._table(kind), key, record):
            return False
        for member, fold in about.indexed.items():
            await self._change_index(about, member, fold, record, lambda keys: (*(keys or ()), key))
        return True

    async def find(self, kind: str, member: str, value: object) -> list[Any]:
        """Return the records whose member has that value; the member is the key or indexed.

        Raises:
            UsageError: the member is neither.
        """
        about = self.kind(kind)
        if member == about.key:
            record = await self.get(kind, value)
            return [] if record is None else [record]
        if member not in about.indexed:
            raise UsageError(f"{self._vendor}.{kind} is not indexed by '{member}'")
        keys = await self._store.get(self._index(about, member), about.indexed[member](str(value))) or ()
        found = [await self.get(kind, key) for key in keys]
        return [record for record in found if record is not None]

    async def all(self, kind: str) -> list[Any]:
        """Return all records of a kind, the oldest first."""
        return [record for _, record in await self._store.items(self._table(kind))]

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
        return await self._store.delete(self._table(kind), str(key))

    async def clear(self, kind: str) -> None:
        """Remove all records of a kind."""
        about = self.kind(kind)
        await self._store.clear(self._table(kind))
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

    def _key(self, about: Kind, record: Mapping[str, Any]) -> str:
        key = record.get(about.key) if isinstance(record, Mapping) else None
        if key is None:
            raise UsageError(f"a record of {self._vendor}.{about.name} needs the member '{about.key}'")
        return str(key)

    async def _unindex(self, about: Kind, key: str, record: Mapping[str, Any]) -> None:
        for member, fold in about.indexed.items():
            await self._change_index(
                about, member, fold, record, lambda keys: tuple(each for each in keys or () if each != key)
            )

    async def _change_index(
        self, about: Kind, member: str, fold: Fold, record: Mapping[str, Any], change: Callable[[Any], Any]
    ) -> None:
        value = record.get(member)
        if value is not None:
            await self._store.update(self._index(about, member), fold(str(value)), change)

    def _table(self, kind: str) -> str:
        return f"{self._vendor}/{kind}"

    def _index(self, about: Kind, member: str) -> str:
        return f"{self._vendor}/{about.name}#{member}"
