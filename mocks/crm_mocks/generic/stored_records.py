"""The records of a resource in a session: found, listed, stored and removed."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar, overload

from crm_mocks.contract import Outcome
from crm_mocks.generic.body_places import find_list, value_at
from crm_mocks.generic.page_entries import ListedRecord
from crm_mocks.generic.record_keys import new_key
from crm_mocks.generic.record_models import STARTING, RecordModel, shown
from crm_mocks.generic.resources import Action, Resource
from crm_mocks.generic.response_schemas import response_schema
from crm_mocks.request_context import RequestContext
from crm_mocks.state.records import RecordKind, Records

Made = TypeVar("Made")

DELETED: Final = RecordKind("deleted", "key")
"""Keys of deleted records of resources in which records of any id exist."""

_KEY_ATTEMPTS: Final = 200
_MAX_STARTING: Final = 10


class RecordVendor(Protocol):
    """What stored records need of their vendor."""

    document: Mapping[str, Any]

    def model(self, resource: str) -> RecordModel:
        """Return what records of a resource look like."""

    def documented_body(self, context: RequestContext, operation_id: str, outcome: Outcome) -> tuple[str, Any]:
        """Return media type and body of an outcome of any operation."""

    def made_once(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """Return what was made for a key before, else make it."""


class StoredRecords:
    """The records of one resource, as one request sees them."""

    def __init__(self, vendor: RecordVendor, context: RequestContext, resource: Resource) -> None:
        self.vendor = vendor
        self.context = context
        self.resource = resource
        self.model = vendor.model(resource.name)
        self.scope = self.model.scope(context)
        self.records: Records = context.records
        self._is_started = False

    # --- reading ---

    async def listed(self) -> tuple[Sequence[str], Sequence[ListedRecord]]:
        """Return the keys of all records as in paths, oldest first, and the records, unpacked when they are used."""
        await self.start()
        items = await self.records.items(self.resource.name)
        if self.scope:
            items = [each for each in items if self.model.in_scope(each[0], self.scope)]
        name, unpacked, path_key = self.resource.name, self.records.unpacked, self.model.path_key

        def unpack(packed: Any) -> dict[str, Any]:
            return shown(unpacked(name, packed))

        records = _Lazily(items, lambda item: ListedRecord(item[1], unpack))
        return _Lazily(items, lambda item: path_key(item[0])), records

    async def get(self, key: str) -> dict[str, Any] | None:
        """Return a record by its key as in paths; `None` if there is none."""
        await self.start()
        stored = await self.records.get(self.resource.name, self.model.stored_key(self.scope, key))
        if stored is not None:
            return shown(stored)
        if self.resource.is_creatable or await self.records.get(DELETED.name, self._deleted_key(key)) is not None:
            return None
        return await self._any(key)

    async def is_kept(self, key: str) -> bool:
        """Return whether a client, rather than the start of the session, has stored a record with this key."""
        await self.start()
        stored = await self.records.get(self.resource.name, self.model.stored_key(self.scope, key))
        return stored is not None and STARTING not in stored

    async def is_shared(self, given: Any) -> bool:
        """Return whether a client has stored a record with the same value of a member that must be unique.

        Args:
            given: the record that the client sends.
        """
        for member in self.model.unique:
            value = value_at(given, member.split("/"))
            if value and not isinstance(value, bool | dict | list) and await self.find(member, value):
                return True
        return False

    async def find(self, member: str, value: object) -> list[dict[str, Any]]:
        """Return the records that clients have stored and in which an indexed member has a value."""
        found = await self.records.find(self.resource.name, member, value)
        return [
            shown(each)
            for each in found
            if STARTING not in each and self.model.in_scope(self.model.key_in_store(each), self.scope)
        ]

    async def _any(self, key: str) -> dict[str, Any] | None:
        """Return a record of any key, for resources that clients cannot create."""
        entries = await self.records.all(self.resource.name)
        model = shown(entries[0]) if entries else None
        changed: dict[str, Any] | None = None if model is None else self.model.with_key(copy.deepcopy(model), key)
        return changed

    def _deleted_key(self, key: str) -> str:
        return "/".join((self.resource.name, *self.scope, key))

    # --- changing ---

    async def put(self, record: Any, key: str) -> None:
        """Store a record under its key as in paths."""
        await self.records.put(self.resource.name, self.model.stored(record, self.scope, key))

    async def adopt(self, body: Any, action: Action) -> None:
        """Store the records that a forced success of the request's operation hands to the client.

        Args:
            body: decoded body of the response, of any type and form.
            action: what the operation does.
        """
        operation = self.context.operation
        assert operation is not None  # it has a role
        node = self.model.nodes[operation.id].node
        schema = response_schema(self.vendor.document, node, operation.success().status)
        for record in self._records_in(action, schema, body) if schema is not None else ():
            if key := self.model.key_of(record):
                await self.records.adopt(self.resource.name, self.model.stored(record, self.scope, key))

    async def delete(self, key: str) -> None:
        """Remove a record that is there."""
        await self.records.delete(self.resource.name, self.model.stored_key(self.scope, key))
        if not self.resource.is_creatable:
            await self.records.put(DELETED.name, {DELETED.key: self._deleted_key(key)})

    async def free_key(self) -> Any:
        """Return a key that no record has, in the type that the contract documents."""
        await self.start()
        model = next((self._key_value(each) for each in self._starting()), None)
        key: Any = None
        for _ in range(_KEY_ATTEMPTS):
            ordinal = await self.records.next(f"{self.resource.name} key")
            key = new_key(self.model.flat_key, self.context.seeded, self.resource.name, ordinal, model)
            stored = self.model.stored_key(self.scope, str(key))
            if await self.records.get(self.resource.name, stored) is None:
                break
        return key

    def _key_value(self, record: Mapping[str, Any]) -> Any:
        if self.model.key_path:
            return value_at(record, self.model.key_path)
        return None

    # --- the start of a session ---

    async def start(self) -> None:
        """Store the records that a session starts with, when the first request needs them."""
        if self._is_started:
            return
        self._is_started = True
        place = "/".join((self.resource.name, *self.scope))
        if await self.records.next(f"start of {place}") > 1:
            return
        if self.resource.parent and not await self._parent_starts():
            return
        for record in self._starting():
            key = self.model.key_of(record) or "1"
            await self.records.put_if_absent(
                self.resource.name, self.model.stored(record, self.scope, key, starting=True)
            )

    async def _parent_starts(self) -> bool:
        """Return whether the enclosing record is one that the session starts with, or of a resource of any id."""
        parent = self.vendor.model(self.resource.parent)
        if not parent.resource.is_creatable:
            return True
        key = parent.stored_key(self.scope[:-1], self.scope[-1])
        stored = await self.records.get(self.resource.parent, key)
        return stored is not None and STARTING in stored

    def _starting(self) -> list[dict[str, Any]]:
        """Return the records in the contract's examples; one from the schema if there are none."""
        seeded = self.context.seeded
        key = "starting", self.resource.name, seeded.seed, seeded.session
        records: list[dict[str, Any]] = self.vendor.made_once(key, self._documented_records)
        return records

    def _documented_records(self) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        made: list[dict[str, Any]] = []
        for action in (Action.READ, Action.LIST, Action.CREATE, Action.REPLACE, Action.UPDATE):
            for operation_id in self.resource.operations.get(action, ()):
                operation = self.context.contract.operations[operation_id]
                for outcome in operation.outcomes.values():
                    if not outcome.is_success or not outcome.value:
                        continue
                    if outcome.generated and (found or made):
                        continue
                    media_type, body = self.vendor.documented_body(self.context, operation_id, outcome)
                    schema = response_schema(
                        self.vendor.document, self.model.nodes[operation_id].node, outcome.status, media_type
                    )
                    for record in self._records_in(action, schema, body):
                        if outcome.generated:
                            made.append(record)
                        elif len(found) < _MAX_STARTING:
                            found.setdefault(self.model.key_of(record), record)
        return list(found.values()) or made[:1]

    def _records_in(self, action: Action, schema: Any, body: Any) -> list[dict[str, Any]]:
        """Return what stands in the places of records in a body, without what lacks a key that it should have."""
        if action is Action.LIST:
            place = find_list(self.vendor.document, schema, self.resource.item)
            entries = None if place is None else value_at(body, place.path)
            records = [value_at(each, place.entry) for each in entries] if isinstance(entries, list) and place else []
        else:
            steps = self.model.record_place(schema)
            records = [] if steps is None else [value_at(body, steps)]
        keyless = not self.model.key_path
        return [each for each in records if isinstance(each, dict) and (keyless or self.model.key_of(each))]


class _Lazily(Sequence[Made], Generic[Made]):
    """What is made of keys and packed records, each when it is used."""

    def __init__(self, items: list[tuple[str, Any]], make: Callable[[tuple[str, Any]], Made]) -> None:
        self._items = items
        self._make = make

    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, index: int) -> Made: ...

    @overload
    def __getitem__(self, index: slice) -> list[Made]: ...

    def __getitem__(self, index: int | slice) -> Made | list[Made]:
        if isinstance(index, slice):
            return list(map(self._make, self._items[index]))
        return self._make(self._items[index])
