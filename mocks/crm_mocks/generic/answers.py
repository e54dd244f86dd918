"""Answers with records: the documented body of an outcome, with the record or page in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.contract import Operation, Outcome
from crm_mocks.contract.outcome import is_json, to_bytes
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.generic.body_places import ListPlace, find_list, key_path, schema_at, value_at, with_value
from crm_mocks.generic.fitting import fitted
from crm_mocks.generic.page_entries import PageEntries, independent_entries
from crm_mocks.generic.paging import Page, fill_page
from crm_mocks.generic.record_keys import typed_key
from crm_mocks.generic.record_models import DocumentedOperation, RecordModel
from crm_mocks.generic.response_schemas import response_schema
from crm_mocks.generic.schema_views import SchemaView, SchemaViews
from crm_mocks.location import Location
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext

_LINKS: Final = {"location": "Location", "odata-entityid": "OData-EntityId"}
"""Response headers that hold the URL of a new record."""


def _described(view: SchemaView, record: Any, pattern: Any) -> Any:
    """Return the members of a record that its schema describes, with missing required ones from a valid pattern."""
    if not isinstance(record, dict) or not view.members:
        return record
    if not view.required_names - record.keys() and (view.is_open or record.keys() <= view.members.keys()):
        return record
    own = dict(record) if view.is_open else {name: value for name, value in record.items() if name in view.members}
    for name in view.required:
        if name not in own and isinstance(pattern, dict) and name in pattern:
            own[name] = pattern[name]
    return own


@dataclass(frozen=True)
class _Layout:
    """One body: its schema, validator, and where records stand in it.

    Attributes:
        body: schema of the body.
        validator: of the body; `None` without a schema.
        record: path to the record; `None` if the body has none.
        record_view: schema of the record.
        key: path from the record to its key.
        flat_key: flat schema of that key.
        is_record: the body is the record, by the schema that stored records match.
        list: where the records of a list stand; `None` if there is none.
        entry_view: schema of a record in the list.
        entry: validator of an entry, if the list is valid whenever all entries and the rest of the body are.
        links: documented headers that hold the URL of the record.
    """

    body: SchemaView
    validator: SchemaValidator | None
    record: Location | None
    record_view: SchemaView
    key: tuple[str, ...]
    flat_key: Mapping[str, Any]
    is_record: bool
    list: ListPlace | None
    entry_view: SchemaView
    entry: SchemaValidator | None
    links: tuple[str, ...]


class Answers:
    """Answers of one contract's operations.

    Attributes:
        views: the contract's schemas.
        nodes: operations by operationId.
    """

    def __init__(self, views: SchemaViews, nodes: Mapping[str, DocumentedOperation]) -> None:
        self.views = views
        self.nodes = nodes
        self._layouts: dict[tuple[str, int, str], _Layout] = {}
        self._entries = PageEntries()

    def _layout(self, context: RequestContext, outcome: Outcome, media_type: str, model: RecordModel) -> _Layout:
        operation = context.operation
        assert operation is not None  # only operations answer with records
        key = operation.id, outcome.status, media_type
        layout = self._layouts.get(key)
        if layout is None:
            schemas = context.contract.schemas
            layout = self._layouts[key] = self._made_layout(operation, outcome.status, media_type, model, schemas)
        return layout

    def _made_layout(
        self, operation: Operation, status: int, media_type: str, model: RecordModel, schemas: Schemas
    ) -> _Layout:
        document, resource = self.views.document, model.resource
        schema = response_schema(document, self.nodes[operation.id].node, status, media_type)
        response = operation.responses.get(status)
        place = None if schema is None else model.record_place(schema)
        listed = None if schema is None else find_list(document, schema, resource.item)
        record = None if place is None else schema_at(document, schema, place)
        key = key_path(document, record, resource.item, resource.key_parameter) or ()
        entry = None if listed is None else schema_at(document, schema, (*listed.path, 0, *listed.entry))
        alone = (
            independent_entries(document, schema, listed.path) if listed is not None and is_json(media_type) else None
        )
        return _Layout(
            self.views.of(schema),
            response.validators.get(media_type) if response else None,
            place,
            self.views.of(record),
            key,
            self.views.of(schema_at(document, record, key)).flat,
            place == () and key == model.key_path and record == model.schema,
            listed,
            self.views.of(entry),
            None if alone is None else schemas.compile(alone),
            tuple(each.name for each in response.headers if each.name in _LINKS) if response else (),
        )

    def plain(self, context: RequestContext, outcome: Outcome) -> MockResponse:
        """Return the documented response of an outcome."""
        media_type = context.vendor.media_type(context, outcome)
        body = context.vendor.example(context, outcome, media_type) if media_type else None
        headers = [header for header in outcome.headers.items() if header[0] != "Allow"]
        return MockResponse(outcome.status, outcome.name, body, media_type, headers)

    def with_record(
        self,
        context: RequestContext,
        outcome: Outcome,
        model: RecordModel,
        record: Any,
        key: str,
        *,
        is_valid: bool = False,
    ) -> MockResponse:
        """Return the response of an outcome with a record in it, or with what it documents of the record.

        Args:
            context: the request.
            outcome: the outcome.
            model: of the resource.
            record: the record.
            key: its key as in paths.
            is_valid: whether the record is known to match its schema.
        """
        response = self.plain(context, outcome)
        if not response.media_type:
            if outcome.status != 204:
                self._link(context, response, key, self._layout(context, outcome, "", model))
            return response
        layout = self._layout(context, outcome, response.media_type, model)
        self._link(context, response, key, layout)
        sound = response.body
        if layout.record is not None:
            own = _described(layout.record_view, record, value_at(sound, layout.record))
            if layout.is_record and is_valid and own == record:
                return _validated(response, own)
            if key and layout.key != model.key_path and layout.key:  # such as `{"id": ...}` for a record with `Id`
                own = with_value(own, layout.key, typed_key(layout.flat_key, key))
            body = with_value(sound, layout.record, own)
        elif isinstance(sound, dict):
            body = {**sound, **_known(sound, record, model, key)}
        elif layout.body.flat.get("type") in ("integer", "string"):
            body = value_at(record, model.key_path) if model.key_path else key
        else:
            body = sound
        return _fitted(response, body, sound, layout.validator)

    def with_page(self, context: RequestContext, outcome: Outcome, model: RecordModel, page: Page) -> MockResponse:
        """Return the response of an outcome with a page of records.

        Args:
            context: the request.
            outcome: the outcome.
            model: of the resource.
            page: the page, with a `ListedRecord` for each record.

        Returns:
            A response whose body may hold fragments of JSON; see `decoded`.
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
        fragments = self._fragments(context, outcome, page, pattern, layout)
        if fragments is not None:
            body = fill_page(with_value(sound, layout.list.path, []), page, layout.list.path)
            if layout.validator is None or layout.validator.is_valid(body):
                return _validated(response, with_value(body, layout.list.path, fragments))
        made = [self._entry(listed.record, pattern, layout) for listed in page.records]
        body = with_value(sound, layout.list.path, made)
        return _fitted(response, fill_page(body, page, layout.list.path), sound, layout.validator)

    def _fragments(
        self, context: RequestContext, outcome: Outcome, page: Page, pattern: Any, layout: _Layout
    ) -> list[orjson.Fragment] | None:
        """Return the entries of a page as JSON; `None` if not all of them are known to be valid."""
        if layout.entry is None or context.vendor.charset:
            return None
        assert context.operation is not None  # only operations answer with records
        seeded = context.seeded
        key = context.operation.id, outcome.name, seeded.seed, seeded.session
        fragments: list[orjson.Fragment] = []
        for listed in page.records:
            fragment = self._entries.of(key, listed, layout.entry, lambda record: self._entry(record, pattern, layout))
            if fragment is None:
                return None
            fragments.append(fragment)
        return fragments

    def _entry(self, record: Any, pattern: Any, layout: _Layout) -> Any:
        assert layout.list is not None  # the caller looked
        own = _described(layout.entry_view, record, value_at(pattern, layout.list.entry))
        return with_value(pattern, layout.list.entry, own) if layout.list.entry else own

    @staticmethod
    def _link(context: RequestContext, response: MockResponse, key: str, layout: _Layout) -> None:
        """Set the documented headers that hold the URL of the record."""
        if not layout.links or not key:
            return
        path = context.path if context.path.rstrip("/").endswith(f"/{key}") else f"{context.path.rstrip('/')}/{key}"
        kept = [header for header in response.headers if header[0].lower() not in layout.links]
        response.headers = [*kept, *((_LINKS[name], f"{context.base_url}{path}") for name in layout.links)]


def _fitted(response: MockResponse, body: Any, sound: Any, validator: SchemaValidator | None) -> MockResponse:
    """Give a response a body, or the parts of it that match the schema."""
    if validator is not None and validator.is_valid(body):
        return _validated(response, body)
    response.body = fitted(body, sound, validator)
    return response


def _validated(response: MockResponse, body: Any) -> MockResponse:
    """Give a response a body that matches its schema, so that it is not validated again."""
    response.body = body
    response.validated = to_bytes(response.media_type, body)
    return response


def decoded(response: MockResponse) -> MockResponse:
    """Return a response whose body holds no fragments of JSON, so that callers can read and change it."""
    if response.validated is not None and is_json(response.media_type):
        response.body = orjson.loads(response.validated)
    return response


def _known(body: Mapping[str, Any], record: Any, model: RecordModel, key: str) -> dict[str, Any]:
    """Return members of a body that is no record, but may describe one, such as its id."""
    known: dict[str, Any] = {}
    wanted = {model.resource.key_parameter, "id", f"{model.resource.item}_id", f"{model.resource.item}Id"}
    for name, value in body.items():
        if name in wanted and not isinstance(value, bool | dict | list):
            number = parse_digits(key) if isinstance(value, int) else None
            known[name] = key if number is None else number
        elif name in ("deleted", "is_deleted", "isDeleted", "success") and isinstance(value, bool):
            known[name] = True
        elif isinstance(record, dict) and name in record and type(record[name]) is type(value):
            known[name] = record[name]
    return known
