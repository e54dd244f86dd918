"""Operations with state: create, read, list, replace, change and delete records of a recognised resource."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.contract import Outcome
from crm_mocks.errors import Refusal
from crm_mocks.generic.changes import JSON_PATCH, PatchFailure, merge, patch
from crm_mocks.generic.error_bodies import RefusalReason
from crm_mocks.generic.operation_plans import OperationPlan, RequestRecord
from crm_mocks.generic.record_filters import Filters, filters_of, matches
from crm_mocks.generic.record_maker import RecordMaker
from crm_mocks.generic.record_values import changeable
from crm_mocks.generic.refusals import refusal
from crm_mocks.generic.resources import Action
from crm_mocks.generic.stored_records import StoredRecords
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import Violation


class StatefulOperation:
    """One request to an operation of a recognised resource."""

    def __init__(self, vendor: Any, context: RequestContext, plan: OperationPlan) -> None:
        self.vendor = vendor
        self.context = context
        self.plan = plan
        self.role = plan.role
        self.resource = plan.role.resource
        self.model = plan.model
        self.records = StoredRecords(vendor, context, self.resource)
        self.maker = RecordMaker(vendor, context, plan.model)

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

    def _refusal(self, status: int, message: str, *violations: Violation) -> Refusal:
        return refusal(self.context, RefusalReason(status, message, violations))

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
        return self._last_parameter() if self.role.has_key else self.model.key_of(self.plan.given(self.context)[0])

    def _last_parameter(self) -> str:
        return list(self.context.path_parameters.values())[-1]

    def _answer(self, outcome: Outcome, record: Any, key: str, *, is_valid: bool = False) -> MockResponse:
        answers = self.vendor.answers
        answer: MockResponse = answers.with_record(self.context, outcome, self.model, record, key, is_valid=is_valid)
        return answer

    # --- reading ---

    async def _read(self) -> MockResponse:
        key = self._path_key()
        return self._answer(self.plan.success, await self._existing(key), key)

    async def _existing(self, key: str) -> dict[str, Any]:
        record = await self.records.get(key)
        if record is None:
            raise self._refusal(404, f"there is no {self.resource.item} {key}")
        return record

    async def _list(self) -> MockResponse:
        keys, records = await self.records.listed()
        filters = filters_of(self.plan, self.context.query_pairs)
        if filters or self.role.linked_by:
            found = [each for each in zip(keys, records, strict=True) if self._is_wanted(each[1].record, filters)]
            keys, records = [key for key, _ in found], [record for _, record in found]
        prefix = f"{self.context.base_url}{self.context.path}"
        page = self.plan.pages.page(records, keys, self.context.query, prefix)
        answer: MockResponse = self.vendor.answers.with_page(self.context, self.plan.success, self.model, page)
        return answer

    def _is_wanted(self, record: Any, filters: Filters) -> bool:
        return self._is_linked(record) and matches(record, filters)

    def _is_linked(self, record: Any) -> bool:
        """Return whether a record belongs to the one that the path names, if its resource is linked to another."""
        link = self.role.linked_by
        return not link or str(record.get(link)) == self._last_parameter()

    # --- changing ---

    async def _create(self) -> MockResponse:
        given, request = self.plan.given(self.context)
        key = self._client_key(given, request)
        if self.plan.refuses_duplicates and await self._exists(given, key):
            raise self._refusal(409, f"the {self.resource.item} exists already")
        new = await self.records.free_key() if key is None else key
        record, is_valid = self.maker.new(given, request, new)
        if self.role.linked_by:
            link = self._last_parameter()
            number = parse_digits(link) if self.plan.links_by_number else None
            typed = link if number is None else number
            record, is_valid = {**record, self.role.linked_by: typed}, False
        await self.records.put(record, str(new))
        return self._answer(self.plan.success, record, str(new), is_valid=is_valid)

    def _client_key(self, given: Any, request: RequestRecord | None) -> Any:
        """Return the key that the client chose, `None` if the server makes it."""
        if not self.model.key_path or (request is not None and not request.names_key):
            return None
        return self.model.typed_key_of(given)

    async def _exists(self, given: Any, key: Any) -> bool:
        """Return whether a record that a client stored has the same key, or shares what only one may have."""
        if key is not None and await self.records.is_kept(str(key)):
            return True
        return await self.records.is_shared(given)

    async def _replace(self) -> MockResponse:
        key = self._path_key()
        given, request = self.plan.given(self.context)
        existing = await self.records.get(key)
        if existing is None:
            if not self.resource.replace_creates:
                raise self._refusal(404, f"there is no {self.resource.item} {key}")
            record, is_valid = self.maker.new(given, request, key)
            await self.records.put(record, key)
            return self._answer(self.plan.created, record, key, is_valid=is_valid)
        return await self._changed(self.maker.replaced(given, request, existing), existing, given, key)

    async def _update(self) -> MockResponse:
        key = self._path_key()
        existing = await self._existing(key)
        given, _ = self.plan.given(self.context)
        is_patch = self.context.media_type == JSON_PATCH and isinstance(self.context.body, list)
        if is_patch or _is_json_patch(self.context.body):
            try:
                record = patch(existing, self.context.body)
            except PatchFailure as failure:
                violation = self.context.violate(("body",), "patch", str(failure))
                raise self._refusal(422, str(failure), violation) from None
        else:
            record = merge(existing, changeable(self.model.view, given), null_removes=False)
        return await self._changed(record, existing, given, key)

    async def _changed(self, record: Any, existing: Any, given: Any, key: str) -> MockResponse:
        record, is_valid = self.maker.changed(record, existing, given, key)
        await self.records.put(record, key)
        return self._answer(self.plan.success, record, key, is_valid=is_valid)

    async def _delete(self) -> MockResponse:
        key = self._path_key()
        record = await self._existing(key)
        await self.records.delete(key)
        return self._answer(self.plan.success, record, key)


def _is_json_patch(body: Any) -> bool:
    return isinstance(body, list) and bool(body) and all(isinstance(each, dict) and "op" in each for each in body)
