"""The records that a vendor keeps: their kinds, those that a session starts with, and what users may supply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from crm_mocks.contract import ContractFile
from crm_mocks.contract.schema import Schemas
from crm_mocks.off_loop import LazyValue
from crm_mocks.schema_errors import schema_violations
from crm_mocks.state.records import RecordKind, Records
from crm_mocks.state.session import Session


class RecordHooks:
    """The part of a vendor that knows its records.

    Attributes:
        kinds: the kinds of record that the vendor keeps.
    """

    name: str
    contract_file: ContractFile
    kinds: tuple[RecordKind, ...] = ()

    @cached_property
    def kinds_by_name(self) -> dict[str, RecordKind]:
        """The kinds of record by name."""
        return {kind.name: kind for kind in self.kinds}

    def starting_records(self) -> Mapping[str, Iterable[Mapping[str, Any]]]:
        """Return the records that every session starts with, such as those of a file; see `load_data`.

        Returns:
            Records by the name of their kind, each a JSON object with the kind's key. By default none.
        """
        return {}

    async def seed(self, session: Session, records: Records) -> None:
        """Store the records that a session starts with: by default `starting_records`.

        Args:
            session: the session, whose settings and clock the records may depend on.
            records: the vendor's records in it, empty.

        Raises:
            UsageError: a record lacks its key.
        """
        for kind, entries in self.starting_records().items():
            for record in entries:
                await records.put(kind, record)

    def makes_people(self, settings: Any) -> bool:
        """Return whether requests may need people that are made up, as of `crm_mocks.fixtures`, under given settings.

        Faker is imported beside the event loop before the first of them. Requests that prefer `dynamic` always may.

        Args:
            settings: settings of the vendor in a session.

        Returns:
            By default false.
        """
        return False

    def record_schemas(self) -> Mapping[str, Mapping[str, Any]]:
        """Return JSON schemas for records that users supply.

        A schema asks only for what the vendor's code reads; kinds without one accept any record. Schemas may refer to
        the contract's components.

        Returns:
            Schemas by the name of the kind. By default none.
        """
        return {}

    @cached_property
    def record_checks(self) -> LazyValue[dict[str, Any]]:
        """The validators of `record_fault` by kind; await them first where the event loop would be held up."""
        return LazyValue(self._compile_record_checks)

    def _compile_record_checks(self) -> dict[str, Any]:
        schemas = Schemas(self.name, self.contract_file.document)
        return {kind: schemas.compile(dict(schema)) for kind, schema in self.record_schemas().items()}

    def record_fault(self, kind: str, record: Mapping[str, Any]) -> str:
        """Return why a record supplied by the user cannot be used: by default the first violation of its schema.

        Args:
            kind: name of its kind.
            record: the record, which has its key.

        Returns:
            The end of a sentence such as `is invalid: email must be a string`; empty if the record can be used.
        """
        validator = self.record_checks.now().get(kind)
        for violation in schema_violations(validator.iter_errors(record), ()) if validator else ():
            place = "" if violation.rule == "required" else f"{'.'.join(map(str, violation.location))} "
            return f"is invalid: {place}{violation.message}"
        return ""
