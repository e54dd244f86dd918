"""Answers with records: the documented body of an outcome, with the record or page in its place."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from crm_mocks.contract import Outcome
from crm_mocks.generic.body_places import ListPlace, Steps, find_list, key_path, schema_at, value_at, with_value
from crm_mocks.generic.fitting import fitted
from crm_mocks.generic.merged_schema import merged, properties
from crm_mocks.generic.paging import Page, fill_page
from crm_mocks.generic.record_keys import typed_key
from crm_mocks.generic.record_models import OperationNode, RecordModel
from crm_mocks.generic.response_schemas import response_schema
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext

_LINKS = ("location", "odata-entityid")
"""Response headers that hold the URL of a new record."""


class _Members:
    """The members of a record that a schema describes."""

    def __init__(self, document: Mapping[str, Any], schema: Any) -> None:
        flat = merged(document, schema)
        self._names = frozenset(properties(document, schema))
        self._required: tuple[str, ...] = tuple(flat.get("required") or ())
        self._is_open = flat.get("additionalProperties") not in (None, False)

    def of(self, record: Any, pattern: Any) -> Any:
        """Return those members of a record, with missing required ones from a valid pattern."""
        if not isinstance(record, Mapping) or not self._names:
            return record
        own = {name: value for name, value in record.items() if self._is_open or name in self._names}
        for name in self._required:
            if name not in own and isinstance(pattern, Mapping) and name in pattern:
                own[name] = copy.deepcopy(pattern[name])
        return own


@dataclass(frozen=True)
class _Layout:
    """One body: its schema, validator, and where records stand in it."""

    schema: Any
    validator: jsonschema_rs.Draft4Validator | None
    record: Steps | None
    record_schema: Any
    key: tuple[str, ...]
    list: ListPlace | None
    record_members: _Members
    entry_members: _Members


class Answers:
    """Answers of one contract's operations.

    Attributes:
        document: the contract.
        nodes: operations by operationId.
    """

    def __init__(self, document: Mapping[str, Any], nodes: Mapping[str, OperationNode]) -> None:
        self.document = document
        self.nodes = nodes
        self._layouts: dict[tuple[str, int, str], _Layout] = {}

    def _layout(self, context: RequestContext, outcome: Outcome, media_type: str, model: RecordModel) -> _Layout:
        operation = context.operation
        assert operation is not None  # only operations answer with records
        key = operation.id, outcome.status, media_type
        if key not in self._layouts:
            schema = response_schema(self.document, self.nodes[operation.id].node, outcome.status, media_type)
            response = operation.responses.get(outcome.status)
            place = None if schema is None else model.record_place(schema)
            listed = None if schema is None else find_list(self.document, schema, model.resource.item)
            record_schema = None if place is None else schema_at(self.document, schema, place)
            entry = None if listed is None else schema_at(self.document, schema, (*listed.path, 0, *listed.entry))
            self._layouts[key] = _Layout(
                schema,
                response.validators.get(media_type) if response else None,
                place,
                record_schema,
                key_path(self.document, record_schema, model.resource.item, model.resource.key_parameter) or (),
                listed,
                _Members(self.document, record_schema),
                _Members(self.document, entry),
            )
        return self._layouts[key]

    def plain(self, context: RequestContext, outcome: Outcome) -> MockResponse:
        """Return the documented response of an outcome."""
        media_type = context.vendor.media_type(context, outcome)
        body = context.vendor.example(context, outcome, media_type) if media_type else None
        headers = [header for header in outcome.headers.items() if header[0] != "Allow"]
        return MockResponse(outcome.status, outcome.name, body, media_type, headers)

    def with_record(
        self, context: RequestContext, outcome: Outcome, model: RecordModel, record: Any, key: str
    ) -> MockResponse:
        """Return the response of an outcome with a record in it, or with what it documents of the record.

        Args:
            context: the request.
            outcome: the outcome.
            model: of the resource.
            record: the record.
            key: its key as in paths.
        """
        response = self.plain(context, outcome)
        self._link(context, response, key)
        if not response.media_type:
            return response
        layout = self._layout(context, outcome, response.media_type, model)
        sound = response.body
        if layout.record is not None:
            own = layout.record_members.of(record, value_at(sound, layout.record))
            if key and layout.key != model.key_path:  # such as `{"id": ...}` for a record with `Id`
                typed = typed_key(self.document, schema_at(self.document, layout.record_schema, layout.key), key)
                own = with_value(own, layout.key, typed) if layout.key else own
            response.body = with_value(copy.deepcopy(sound), layout.record, own)
        elif isinstance(sound, Mapping):
            response.body = {**sound, **_known(sound, record, model, key)}
        elif merged(self.document, layout.schema).get("type") in ("integer", "string"):
            response.body = value_at(record, model.key_path) if model.key_path else key
        response.body = fitted(response.body, sound, layout.validator)
        return response

    def with_page(self, context: RequestContext, outcome: Outcome, model: RecordModel, page: Page) -> MockResponse:
        """Return the response of an outcome with a page of records.

        Args:
            context: the request.
            outcome: the outcome.
            model: of the resource.
            page: the page.
        """
        response = self.plain(context, outcome)
        if not response.media_type:
            return response
        layout = self._layout(context, outcome, response.media_type, model)
        if layout.list is None:
            return response
        sound = response.body
        entries = value_at(sound, layout.list.path)
        pattern = entries[0] if isinstance(entries, list) and entries else None
        made = [self._entry(record, pattern, layout) for record in page.records]
        body = with_value(copy.deepcopy(sound), layout.list.path, made)
        response.body = fitted(fill_page(body, page, layout.list.path), sound, layout.validator)
        return response

    def _entry(self, record: Any, pattern: Any, layout: _Layout) -> Any:
        assert layout.list is not None  # the caller looked
        own = layout.entry_members.of(record, value_at(pattern, layout.list.entry))
        return with_value(copy.deepcopy(pattern), layout.list.entry, own) if layout.list.entry else own

    def _link(self, context: RequestContext, response: MockResponse, key: str) -> None:
        """Set the documented headers that hold the URL of the record."""
        operation = context.operation
        documented = operation.responses.get(response.status) if operation is not None else None
        names = [each.name for each in documented.headers if each.name in _LINKS] if documented else []
        if not names or not key:
            return
        path = context.path if context.path.rstrip("/").endswith(f"/{key}") else f"{context.path.rstrip('/')}/{key}"
        kept = [header for header in response.headers if header[0].lower() not in names]
        named = {"location": "Location", "odata-entityid": "OData-EntityId"}
        response.headers = [*kept, *((named[name], f"{context.base_url}{path}") for name in names)]


def _known(body: Mapping[str, Any], record: Any, model: RecordModel, key: str) -> dict[str, Any]:
    """Return members of a body that is no record but may tell something about one, such as its id."""
    known: dict[str, Any] = {}
    wanted = {model.resource.key_parameter, "id", f"{model.resource.item}_id", f"{model.resource.item}Id"}
    for name, value in body.items():
        if name in wanted and not isinstance(value, bool | dict | list):
            known[name] = int(key) if isinstance(value, int) and key.isdecimal() else key
        elif name in ("deleted", "is_deleted", "isDeleted", "success") and isinstance(value, bool):
            known[name] = True
        elif isinstance(record, Mapping) and name in record and type(record[name]) is type(value):
            known[name] = record[name]
    return known
