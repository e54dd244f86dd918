"""What records of a resource look like: their schema, their key, and where they stand in bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.errors import UsageError
from crm_mocks.generic.body_places import find_list, find_record, key_path, schema_at, value_at, with_value
from crm_mocks.generic.member_names import UNIQUE, plain_name
from crm_mocks.generic.merged_schema import properties, resolved
from crm_mocks.generic.record_keys import typed_key
from crm_mocks.generic.resources import Action, Resource
from crm_mocks.generic.response_schemas import request_schema, success_schema
from crm_mocks.generic.schema_views import SchemaView, SchemaViews
from crm_mocks.location import Location
from crm_mocks.request_context import RequestContext
from crm_mocks.state.records import Indexed, Normalizer, RecordKind, as_written

KEY: Final = "x-key"
"""Member of stored records that identifies them, with the parameters of enclosing paths, where no member does."""

STARTING: Final = "x-starting"
"""Member of stored records that a session starts with."""

_HOLDERS: Final = ("attributes", "properties", "fields")
"""Members of a record that hold its own members."""

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class DocumentedOperation:
    """An operation as the contract has it."""

    path: str
    method: str
    node: Mapping[str, Any]

    @property
    def parameters(self) -> list[str]:
        """Names of the path parameters, in order."""
        return _PARAMETER.findall(self.path)


def operation_nodes(document: Mapping[str, Any]) -> dict[str, DocumentedOperation]:
    """Return the operations of a contract by operationId."""
    return {
        node["operationId"]: DocumentedOperation(path, method, node)
        for path, item in document.get("paths", {}).items()
        for method, node in item.items()
        if isinstance(node, Mapping) and "operationId" in node
    }


class RecordModel:
    """The records of one resource.

    Attributes:
        document: the contract.
        views: the contract's schemas.
        resource: the resource.
        nodes: operations by operationId.
        indexed: members that records can be found by, each with the function that normalizes its value.
    """

    def __init__(
        self,
        views: SchemaViews,
        resource: Resource,
        nodes: Mapping[str, DocumentedOperation],
        indexed: Mapping[str, Normalizer] = MappingProxyType({}),
    ) -> None:
        self.document = views.document
        self.views = views
        self.resource = resource
        self.nodes = nodes
        self.indexed = indexed
        self._validator: SchemaValidator | None = None

    @cached_property
    def schema(self) -> Any:
        """Schema of a record as the contract describes it best: when it is read, else created, listed or changed."""
        for action in (Action.READ, Action.CREATE, Action.LIST, Action.REPLACE, Action.UPDATE):
            for operation_id in self.resource.operations.get(action, ()):
                body = success_schema(self.document, self.nodes[operation_id].node)
                found = None if body is None else self._record_schema(action, body)
                if found is not None and len(properties(self.document, found)) > 1:
                    return found
        for action in (Action.CREATE, Action.REPLACE, Action.UPDATE):
            for operation_id in self.resource.operations.get(action, ()):
                body = request_schema(self.document, self.nodes[operation_id].node)
                if body is not None:
                    return schema_at(self.document, body, self._place_in_request(body, {}))
        return {}

    @cached_property
    def view(self) -> SchemaView:
        """Schema of a record, as requests need it."""
        return self.views.of(self.schema)

    def _record_schema(self, action: Action, body: Any) -> Any:
        if action is Action.LIST:
            place = find_list(self.document, body, self.resource.item)
            return None if place is None else schema_at(self.document, body, (*place.path, 0, *place.entry))
        steps = self.record_place(body)
        return None if steps is None else schema_at(self.document, body, steps)

    @cached_property
    def key_path(self) -> tuple[str, ...]:
        """Path to the member that identifies a record; empty if no member does."""
        return key_path(self.document, self.schema, self.resource.item, self.resource.key_parameter) or ()

    @cached_property
    def key_schema(self) -> Any:
        """Schema of the key: that of the member, else that of the path parameter, which may be more precise."""
        of_parameter = self.key_parameter.get("schema", {})
        of_member = schema_at(self.document, self.schema, self.key_path) if self.key_path else None
        flat = resolved(self.document, of_member) if of_member else {}
        if not flat or (flat.get("type") == "string" and set(flat) <= {"type", "description", "readOnly"}):
            return of_parameter
        return of_member

    @cached_property
    def flat_key(self) -> Mapping[str, Any]:
        """Flat schema of the key."""
        return self.views.of(self.key_schema).flat

    @cached_property
    def key_parameter(self) -> Mapping[str, Any]:
        """The path parameter that identifies a record; empty if there is none."""
        for ids in self.resource.operations.values():
            for operation_id in ids:
                operation = self.nodes[operation_id]
                if self.resource.key_parameter not in operation.parameters:
                    continue
                shared = self.document["paths"][operation.path].get("parameters", ())
                for each in (*operation.node.get("parameters", ()), *shared):
                    parameter = resolved(self.document, each)
                    if parameter.get("in") == "path" and parameter.get("name") == self.resource.key_parameter:
                        return parameter
        return {}

    @cached_property
    def members(self) -> dict[str, str]:
        """Names of the members of a record by plain name."""
        return {plain_name(name): name for name in self.view.members}

    @cached_property
    def unique(self) -> tuple[str, ...]:
        """Members that two records must not share, such as `properties/email`; none without a documented 409."""
        if not any(map(self._documents_conflict, self.resource.operations.get(Action.CREATE, ()))):
            return ()
        paths = [name for name in self.view.members if plain_name(name) in UNIQUE]
        for holder, view in self.view.members.items():
            if plain_name(holder) in _HOLDERS:
                inner = [name for name in view.members if plain_name(name) in UNIQUE]
                paths += [f"{holder}/{name}" for name in inner or (UNIQUE[:1] if view.is_open else ())]
        return tuple(paths)

    def _documents_conflict(self, operation_id: str) -> bool:
        responses = self.nodes[operation_id].node.get("responses") or {}
        conflict = resolved(self.document, responses.get("409"))
        return bool(conflict) and "x-protocol" not in conflict

    @cached_property
    def kind(self) -> RecordKind:
        """The kind of record."""
        plain = len(self.key_path) == 1 and not self.resource.depth
        indexed = {**dict.fromkeys(self.unique, as_written), **self.indexed}
        return RecordKind(self.resource.name, self.key_path[0] if plain else KEY, indexed)

    def validator(self, schemas: Schemas) -> SchemaValidator:
        """Return the validator of records, compiled once.

        Args:
            schemas: compiles schemas of the contract's responses.
        """
        if self._validator is None:
            self._validator = schemas.compile(self.schema)
        return self._validator

    # --- one record ---

    def record_place(self, body_schema: Any) -> Location | None:
        """Return the path to the record in the body of a response; `None` if it has none."""
        return find_record(self.document, body_schema, self.resource.item, self.resource.key_parameter)

    def request_place(self, body_schema: Any) -> Location:
        """Return the path to the record in the body of a request."""
        return self._place_in_request(body_schema, self.schema)

    def _place_in_request(self, body_schema: Any, record_schema: Any) -> Location:
        members = properties(self.document, body_schema)
        by_lower = {name.lower().replace("_", ""): name for name in members}
        for name in (self.resource.item, "data"):
            if name in by_lower and properties(self.document, members[by_lower[name]]):
                return (by_lower[name],)
        if len(members) == 1:
            (only,) = members
            if properties(self.document, members[only]) and only not in properties(self.document, record_schema):
                return (only,)
        return ()

    def key_of(self, record: Any) -> str:
        """Return the key of a record as in paths; empty if it has none."""
        value = value_at(record, self.key_path) if self.key_path else None
        return "" if value is None or isinstance(value, dict | list | bool) else str(value)

    def typed_key_of(self, record: Any) -> Any:
        """Return the key of a record as it stands there; `None` if it has none."""
        return value_at(record, self.key_path) if self.key_of(record) else None

    def with_key(self, record: Any, key: Any) -> Any:
        """Return a record with a key, in the type that the contract documents."""
        if not self.key_path:
            return record
        typed = typed_key(self.flat_key, key) if isinstance(key, str) else key
        return with_value(record, self.key_path, typed)

    # --- stored records ---

    def scope(self, context: RequestContext) -> tuple[str, ...]:
        """Return the values of the path parameters that enclose the resource."""
        return tuple(context.path_parameters.values())[: self.resource.depth]

    def stored_key(self, scope: tuple[str, ...], key: str) -> str:
        """Return the key under which a record is stored."""
        return key if self.kind.key != KEY else "/".join((*scope, key))

    def stored(self, record: Any, scope: tuple[str, ...], key: str, *, starting: bool = False) -> dict[str, Any]:
        """Return a record as it is stored.

        Args:
            record: the record.
            scope: values of the enclosing path parameters.
            key: its key as in paths.
            starting: the session starts with it.
        """
        members = dict(record) if isinstance(record, Mapping) else {"value": record}
        if self.kind.key == KEY:
            members[KEY] = self.stored_key(scope, key)
        if starting:
            members[STARTING] = True
        return members

    def key_in_store(self, stored: Mapping[str, Any]) -> str:
        """Return the key under which a stored record is found."""
        return str(stored.get(self.kind.key, ""))

    def in_scope(self, stored_key: str, scope: tuple[str, ...]) -> bool:
        """Return whether a record belongs to a path."""
        return not scope or stored_key.split("/")[:-1] == list(scope)

    def path_key(self, stored_key: str) -> str:
        """Return the key in paths of a record that is stored under another one."""
        return stored_key.rpartition("/")[2] if self.kind.key == KEY else stored_key


def record_models(
    views: SchemaViews,
    resources: Mapping[str, Resource],
    nodes: Mapping[str, DocumentedOperation],
    indexed: Indexed,
) -> dict[str, RecordModel]:
    """Return the models of a contract's resources by name.

    Args:
        views: the contract's schemas.
        resources: its resources by name.
        nodes: operations by operationId.
        indexed: members that records can be found by, by resource.

    Raises:
        UsageError: a resource of `indexed` has not been recognised.
    """
    for name in indexed:
        if name not in resources:
            known = ", ".join(resources) or "none"
            raise UsageError(f"'indexed' names {name}, which is none of the resources: {known}")
    return {each.name: RecordModel(views, each, nodes, indexed.get(each.name, {})) for each in resources.values()}


def shown(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored record as clients see it."""
    record = dict(stored)
    record.pop(KEY, None)
    record.pop(STARTING, None)
    return record
