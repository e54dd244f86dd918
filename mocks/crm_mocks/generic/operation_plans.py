"""What the contract decides about an operation of a resource, worked out once for all its requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Operation, Outcome
from crm_mocks.generic.body_places import schema_at, value_at
from crm_mocks.generic.merged_schema import resolved
from crm_mocks.generic.paging import PageChooser
from crm_mocks.generic.record_models import RecordModel
from crm_mocks.generic.resources import Action, OperationRole
from crm_mocks.generic.response_schemas import request_schema, success_schema
from crm_mocks.generic.schema_views import SchemaView
from crm_mocks.location import Location
from crm_mocks.request_context import RequestContext

_STATUSES: Mapping[Action, tuple[int, ...]] = {
    Action.CREATE: (201, 200, 202),
    Action.REPLACE: (200, 204, 202),
    Action.UPDATE: (200, 204, 202),
    Action.DELETE: (204, 200, 202),
}
"""Statuses that fit an action, the likeliest first."""


@dataclass(frozen=True)
class RequestRecord:
    """The record in the requests of one media type.

    Attributes:
        body: schema of the body.
        place: path to the record; empty if the body is the record.
        view: schema of the record.
        names_key: clients may choose the key.
    """

    body: Any
    place: Location
    view: SchemaView
    names_key: bool


class OperationPlan:
    """One operation of a recognised resource.

    Attributes:
        operation: the operation.
        role: what it does.
        model: the records of the resource.
    """

    def __init__(self, operation: Operation, role: OperationRole, model: RecordModel) -> None:
        self.operation = operation
        self.role = role
        self.model = model
        self._requests: dict[str, RequestRecord | None] = {}

    @cached_property
    def success(self) -> Outcome:
        """The success that fits the action, else the first."""
        return self._first(*_STATUSES.get(self.role.action, ()))

    @cached_property
    def created(self) -> Outcome:
        """The success of a replacement that creates a record."""
        return self._first(201, 200)

    def _first(self, *statuses: int) -> Outcome:
        found = (self.operation.first_outcome(status) for status in statuses)
        return next(filter(None, found), None) or self.operation.success()

    @cached_property
    def refuses_duplicates(self) -> bool:
        """Whether the contract documents a 409; a default does not count, as it stands for any status."""
        conflict = self.operation.first_outcome(409)
        return conflict is not None and not conflict.protocol and conflict.basis == DOCUMENT

    @cached_property
    def links_by_number(self) -> bool:
        """Whether the member that holds the last path parameter is a whole number."""
        member = self.model.view.members.get(self.role.linked_by)
        return member is not None and member.node.get("type") == "integer"

    # --- requests ---

    def given(self, context: RequestContext) -> tuple[Any, RequestRecord | None]:
        """Return the record in the body of a request, and what the contract says about it."""
        if context.media_type not in self._requests:
            self._requests[context.media_type] = self._request(context.media_type)
        request = self._requests[context.media_type]
        if request is None:
            return {}, None
        if not request.place and self._undocumented_place:
            sent = value_at(context.body, self._undocumented_place)
            if isinstance(sent, Mapping):
                return sent, self._record(request.body, self._undocumented_place)
        if isinstance(context.body, str) and request.view.members:  # in a media type that is not read, such as XML
            return {}, request
        given = value_at(context.body, request.place)
        return ({} if given is None else given), request

    def _request(self, media_type: str) -> RequestRecord | None:
        schema = request_schema(self.model.document, self._node, media_type)
        return None if schema is None else self._record(schema, self.model.request_place(schema))

    def _record(self, schema: Any, place: Location) -> RequestRecord:
        document = self.model.document
        record = schema_at(document, schema, place)
        key = schema_at(document, record, self.model.key_path) if self.model.key_path else {}
        names_key = bool(self.model.key_path) and resolved(document, key).get("readOnly") is not True
        return RequestRecord(schema, place, self.model.views.of(record), names_key)

    @cached_property
    def _undocumented_place(self) -> Location:
        """Path to the record in a body that has the envelope of responses, though its schema has none."""
        body = success_schema(self.model.document, self._node)
        place = None if body is None else self.model.record_place(body)
        return place if place and all(isinstance(step, str) for step in place) else ()

    @property
    def _node(self) -> Mapping[str, Any]:
        return self.model.nodes[self.operation.id].node

    # --- lists ---

    @cached_property
    def query_parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """Schemas of the query parameters by name."""
        document = self.model.document
        operation = self.model.nodes[self.operation.id]
        shared = document["paths"][operation.path].get("parameters", ())
        nodes = [resolved(document, each) for each in (*shared, *operation.node.get("parameters", ()))]
        return {each["name"]: resolved(document, each.get("schema", {})) for each in nodes if each.get("in") == "query"}

    @cached_property
    def pages(self) -> PageChooser:
        """Chooses the page that a query asks for."""
        return PageChooser(self.query_parameters)
