"""Makes the records that are stored: new ones and changed ones, all of them valid."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from zlib import crc32

from crm_mocks.contract.directions import WRITE_ONLY
from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.generic.fitting import fitted
from crm_mocks.generic.operation_plans import RequestRecord
from crm_mocks.generic.record_models import RecordModel
from crm_mocks.generic.record_values import built, stamped, without_marked, without_wrong_nulls
from crm_mocks.generic.values import make_value
from crm_mocks.request_context import RequestContext

_MODEL_RECORDS: Final = 8


class MadeRecord(NamedTuple):
    """A record to be stored.

    Attributes:
        record: the record.
        is_valid: whether it is known to match its schema.
    """

    record: dict[str, Any]
    is_valid: bool


class RecordMaker:
    """Makes the records of one resource for one request."""

    def __init__(self, vendor: Any, context: RequestContext, model: RecordModel) -> None:
        self._vendor = vendor
        self._context = context
        self._model = model

    def new(self, given: Any, request: RequestRecord | None, key: Any) -> MadeRecord:
        """Return a new record with what the client sent and what the server makes.

        Args:
            given: what the client sent.
            request: what the contract says about it.
            key: of the record.
        """
        made = self._model_record(str(key))
        record = self.replaced(given, request, made)
        return self._finished(record, made, given, key, created=True)

    def replaced(self, given: Any, request: RequestRecord | None, existing: Any) -> Any:
        """Return an existing record with everything that clients set replaced."""
        return built(self._model.view, None if request is None else request.view, given, existing)

    def changed(self, record: Any, existing: Any, given: Any, key: str) -> MadeRecord:
        """Return a changed record with what the server makes of the change.

        Args:
            record: the record after the change.
            existing: the record before it.
            given: what the client sent.
            key: of the record.
        """
        return self._finished(record, existing, given, key, created=False)

    def _finished(self, record: Any, sound: Any, given: Any, key: Any, *, created: bool) -> MadeRecord:
        view = self._model.view
        record = without_marked(view, record, WRITE_ONLY)
        record = stamped(view, record, self._context.now(), created=created, given=given)
        record = self._model.with_key(record, key)
        validator = self._validator()
        if isinstance(record, dict) and validator.is_valid(record):
            return MadeRecord(record, is_valid=True)
        record = without_wrong_nulls(view, record)
        if isinstance(record, dict) and validator.is_valid(record):
            return MadeRecord(record, is_valid=True)
        record = fitted(record, sound, validator)
        return MadeRecord(record if isinstance(record, dict) else {"value": record}, is_valid=False)

    def _model_record(self, key: str) -> Any:
        """Return a whole generated record, one of a few: making one for each request would take most of its time."""
        seeded = self._context.seeded
        resource = self._model.resource.name
        name = f"{resource} record {crc32(key.encode()) % _MODEL_RECORDS}"

        def make() -> Any:
            return make_value(
                self._model.document,
                self._model.schema,
                lambda attempt: seeded.random(name, attempt),
                validator=self._validator(),
                owner=resource,
            )

        return self._vendor.made_once((name, seeded.seed, seeded.session), make)

    def _validator(self) -> SchemaValidator:
        """Return the validator of records; compiled when the first is stored."""
        return self._model.validator(self._context.contract.schemas)
