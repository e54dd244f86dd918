"""Operations with state: create, read, list, replace, change and delete records of a recognised resource."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl
from zlib import crc32

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Outcome
from crm_mocks.contract.directions import WRITE_ONLY
from crm_mocks.errors import Refusal
from crm_mocks.generic.body_places import Steps, schema_at, value_at
from crm_mocks.generic.changes import JSON_PATCH, PatchFailure, merge, patch
from crm_mocks.generic.error_bodies import Fault
from crm_mocks.generic.fitting import fitted
from crm_mocks.generic.member_names import UNIQUE, plain_name
from crm_mocks.generic.merged_schema import properties, resolved
from crm_mocks.generic.paging import PAGING_NAMES, PageChooser
from crm_mocks.generic.record_values import built, changeable, stamped, without_marked, without_wrong_nulls
from crm_mocks.generic.refusals import refusal
from crm_mocks.generic.resources import Action, Role
from crm_mocks.generic.response_schemas import request_schema, success_schema
from crm_mocks.generic.stored_records import StoredRecords
from crm_mocks.generic.values import make_value
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import Violation

_MODEL_RECORDS: Final = 8


class StatefulOperation:
    """One request to an operation of a recognised resource."""

    def __init__(self, vendor: Any, context: RequestContext, role: Role) -> None:
        self.vendor = vendor
        self.context = context
        self.role = role
        self.resource = role.resource
        self.records = StoredRecords(vendor, context, self.resource)
        self.model = self.records.model
        self.document: Mapping[str, Any] = vendor.document
        assert context.operation is not None  # roles belong to operations
        self.operation = context.operation

    async def respond(self) -> MockResponse:
        """Return the response.

        Raises:
            Refusal: there is no such record, or one with the same key.
        """
        await self._check_parent()
        actions: Mapping[Action, Callable[[], Awaitable[MockResponse]]] = {
            Action.LIST: self._list,
            Action.CREATE: self._create,
            Action.READ: self._read,
            Action.REPLACE: self._replace,
            Action.UPDATE: self._update,
            Action.DELETE: self._delete,
        }
        return await actions[self.role.action]()

    # --- requests ---

    def _refusal(self, status: int, message: str, *violations: Violation) -> Refusal:
        return refusal(self.context, Fault(status, message, violations))

    async def _check_parent(self) -> None:
        """Refuse a path below a record that is not there."""
        if not self.resource.parent or self.role.linked_by:
            return
        parent = self.vendor.resources[self.resource.parent]
        if not parent.is_creatable:
            return
        above = StoredRecords(self.vendor, self.context, parent)
        key = self.records.scope[-1]
        if await above.get(key) is None:
            raise self._refusal(404, f"there is no {parent.item} {key}")

    def _path_key(self) -> str:
        """Return the key of the record that the request names, in its path or else its body."""
        if self.role.has_key:
            return list(self.context.path_parameters.values())[-1]
        return self.model.key_of(self._given()[0])

    def _given(self) -> tuple[Any, Any]:
        """Return the record in the body of the request, and its schema."""
        schema = request_schema(self.document, self.model.nodes[self.operation.id].node, self.context.media_type)
        if schema is None:
            return {}, {}
        place = self.model.request_place(schema) or self._undocumented_place()
        given = value_at(self.context.body, place)
        return ({} if given is None else given), schema_at(self.document, schema, place)

    def _undocumented_place(self) -> Steps:
        """Return the path to the record in a body that has the envelope of responses, though its schema has none."""
        body = success_schema(self.document, self.model.nodes[self.operation.id].node)
        place = None if body is None else self.model.record_place(body)
        sent = value_at(self.context.body, place) if place and all(isinstance(step, str) for step in place) else None
        return place if place and isinstance(sent, Mapping) else ()

    def _success(self, *statuses: int) -> Outcome:
        """Return the first documented success of the statuses, else the first of all."""
        found = (self.operation.first_outcome(status) for status in statuses)
        return next(filter(None, found), None) or self.operation.success()

    def _answer(self, outcome: Outcome, record: Any, key: str) -> MockResponse:
        answer: MockResponse = self.vendor.answers.with_record(self.context, outcome, self.model, record, key)
        return answer

    # --- reading ---

    async def _read(self) -> MockResponse:
        key = self._path_key()
        return self._answer(self._success(), await self._existing(key), key)

    async def _existing(self, key: str) -> dict[str, Any]:
        record = await self.records.get(key)
        if record is None:
            raise self._refusal(404, f"there is no {self.resource.item} {key}")
        return record

    async def _list(self) -> MockResponse:
        entries = await self.records.all()
        parameters = self.model.query_parameters(self.operation.id)
        chooser = PageChooser(parameters)
        filters = self._filters(parameters, chooser)
        entries = [each for each in entries if self._is_linked(each[1]) and _matches(each[1], filters)]
        keys = [key for key, _ in entries]
        prefix = f"{self.context.base_url}{self.context.path}"
        page = chooser.page([record for _, record in entries], keys, self.context.query_string, prefix)
        answer: MockResponse = self.vendor.answers.with_page(self.context, self._success(), self.model, page)
        return answer

    def _is_linked(self, record: Any) -> bool:
        """Return whether a record belongs to the one that the path names, if its resource is linked to another."""
        link = self.role.linked_by
        return not link or str(record.get(link)) == list(self.context.path_parameters.values())[-1]

    def _filters(self, parameters: Mapping[str, Any], chooser: PageChooser) -> list[tuple[str, list[str]]]:
        """Return the wanted values of members, from the query parameters that are named as members of the records."""
        if not self.context.query_string:
            return []
        members = self.model.members
        filters: list[tuple[str, list[str]]] = []
        sent: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.context.query_string, keep_blank_values=False):
            if name.removesuffix("[]") in parameters or name in parameters:
                sent.setdefault(name.removesuffix("[]"), []).append(value)
        for name, values in sent.items():
            plain = plain_name(name.removeprefix("filter"))
            if name in chooser.names or plain not in members or plain_name(name) in PAGING_NAMES:
                continue
            filters.append((members[plain], [part for value in values for part in (*value.split(","), value)]))
        return filters

    # --- changing ---

    async def _create(self) -> MockResponse:
        given, request = self._given()
        key = self._client_key(given, request)
        if await self._conflicts(given, key):
            raise self._refusal(409, f"the {self.resource.item} exists already")
        new = await self.records.free_key() if key is None else key
        record = self._made(given, request, str(new), new)
        if self.role.linked_by:
            link = list(self.context.path_parameters.values())[-1]
            record[self.role.linked_by] = int(link) if link.isdecimal() and self._links_by_number() else link
        await self.records.put(record, str(new))
        return self._answer(self._success(201, 200, 202), record, str(new))

    def _links_by_number(self) -> bool:
        schema = properties(self.document, self.model.schema).get(self.role.linked_by)
        return resolved(self.document, schema).get("type") == "integer"

    def _client_key(self, given: Any, request: Any) -> Any:
        """Return the key that the client chose, `None` if the server makes it."""
        if not self.model.key_path:
            return None
        schema = schema_at(self.document, request, self.model.key_path)
        if resolved(self.document, schema).get("readOnly") is True:
            return None
        return value_at(given, self.model.key_path) if self.model.key_of(given) else None

    async def _conflicts(self, given: Any, key: Any) -> bool:
        """Return whether a record that a client stored has the same key, or shares what only one may have."""
        conflict = self.operation.first_outcome(409)
        if conflict is None or conflict.protocol or conflict.basis != DOCUMENT:  # a default stands for any status
            return False
        if key is not None and await self.records.is_kept(str(key)):
            return True
        unique = {name: value for name, value in _flat(given) if plain_name(name) in UNIQUE and value}
        if not unique:
            return False
        kept = [dict(_flat(each)) for each in await self.records.kept()]
        return any(each.get(name) == value for each in kept for name, value in unique.items())

    def _made(self, given: Any, request: Any, key: str, typed: Any) -> dict[str, Any]:
        """Return a new record with what the client sent and what the server makes."""
        made = self._model_record(key)
        record = built(self.document, self.model.schema, request, given, made)
        record = without_marked(self.document, self.model.schema, record, WRITE_ONLY)
        record = without_wrong_nulls(self.document, self.model.schema, record)
        now = self.context.now()
        record = stamped(self.document, self.model.schema, record, now, created=True, given=given)
        record = fitted(self.model.with_key(record, typed), made, self._validator())
        return dict(record) if isinstance(record, Mapping) else {"value": record}

    def _model_record(self, key: str) -> Any:
        """Return a whole generated record, one of a few: making one for each request would take most of its time."""
        seeded = self.context.seeded
        name = f"{self.resource.name} record {crc32(key.encode()) % _MODEL_RECORDS}"

        def make() -> Any:
            return make_value(
                self.document,
                self.model.schema,
                lambda attempt: seeded.random(name, attempt),
                validator=self._validator(),
                owner=self.resource.name,
            )

        return self.vendor.made_once((name, seeded.seed, seeded.session), make)

    async def _replace(self) -> MockResponse:
        key = self._path_key()
        given, request = self._given()
        existing = await self.records.get(key)
        if existing is None:
            if not self.resource.replace_creates:
                raise self._refusal(404, f"there is no {self.resource.item} {key}")
            record = self._made(given, request, key, key)
            await self.records.put(record, key)
            return self._answer(self._success(201, 200), record, key)
        record = built(self.document, self.model.schema, request, given, existing)
        return await self._changed(record, existing, given, key)

    async def _update(self) -> MockResponse:
        key = self._path_key()
        existing = await self._existing(key)
        given, _ = self._given()
        is_patch = self.context.media_type == JSON_PATCH and isinstance(self.context.body, list)
        if is_patch or _is_json_patch(self.context.body):
            try:
                record = patch(existing, self.context.body)
            except PatchFailure as failure:
                violation = self.context.violate(("body",), "patch", str(failure))
                raise self._refusal(422, str(failure), violation) from None
        else:
            allowed = changeable(self.document, self.model.schema, given)
            record = merge(existing, allowed, null_removes=False)
        return await self._changed(record, existing, given, key)

    def _validator(self) -> Any:
        """Return the validator of records; compiled when the first is stored."""
        return self.model.validator(self.context.contract.schemas)

    async def _changed(self, record: Any, existing: Any, given: Any, key: str) -> MockResponse:
        record = without_marked(self.document, self.model.schema, record, WRITE_ONLY)
        record = without_wrong_nulls(self.document, self.model.schema, record)
        now = self.context.now()
        record = stamped(self.document, self.model.schema, record, now, created=False, given=given)
        record = fitted(self.model.with_key(record, key), existing, self._validator())
        record = dict(record) if isinstance(record, Mapping) else {"value": record}
        await self.records.put(record, key)
        return self._answer(self._success(200, 204, 202), record, key)

    async def _delete(self) -> MockResponse:
        key = self._path_key()
        record = await self._existing(key)
        await self.records.delete(key)
        return self._answer(self._success(204, 200, 202), record, key)


def _matches(record: Any, filters: list[tuple[str, list[str]]]) -> bool:
    """Return whether each member that is filtered by has one of the wanted values."""
    return all(not isinstance(held := record.get(name), dict) and _holds(held, wanted) for name, wanted in filters)


def _holds(held: Any, wanted: list[str]) -> bool:
    if isinstance(held, list):
        return any(_holds(each, wanted) for each in held if not isinstance(each, dict))
    if isinstance(held, bool):
        return str(held).lower() in [each.lower() for each in wanted]
    return held is not None and str(held).lower() in [each.lower() for each in wanted]


def _flat(record: Any) -> list[tuple[str, Any]]:
    """Return the scalar members of a record and of the objects in it that hold members."""
    if not isinstance(record, Mapping):
        return []
    pairs = []
    for name, value in record.items():
        if isinstance(value, Mapping) and plain_name(name) in ("attributes", "properties", "fields"):
            pairs += _flat(value)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            pairs.append((name, value))
    return pairs


def _is_json_patch(body: Any) -> bool:
    return isinstance(body, list) and bool(body) and all(isinstance(each, dict) and "op" in each for each in body)
