"""What the contract documents of an answer: where alterations start from, and what they are held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from jsonschema_rs import Draft4Validator

from crm_contracts.examination.answers import answer_violations
from crm_contracts.examination.exchange import Exchange
from crm_contracts.fuzz.draft import Draft
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.outcome import Outcome
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.errors import UsageError
from crm_mocks.options import AppOptions
from crm_mocks.vendor import vendor_names
from crm_mocks.violations import Violation


@dataclass(frozen=True, eq=False)
class Documented:
    """A documented answer of an operation, in its first media type.

    Attributes:
        operation, outcome: which.
        document: the contract in force.
        schemas: compiles parts of the schema.
        schema: of the body; empty where there is none.
        draft: the example itself.
    """

    operation: Operation
    outcome: Outcome
    document: Mapping[str, Any]
    schemas: Schemas
    schema: Mapping[str, Any]
    draft: Draft

    @cached_property
    def validator(self) -> Draft4Validator:
        """The schema, compiled."""
        return self.schemas.compile(dict(self.schema))

    def violations(self, draft: Draft) -> list[Violation]:
        """Return what breaks the contract in an answer that arrives whole."""
        exchange = Exchange(
            self.operation.method,
            self.operation.path,
            status=draft.status,
            answer_headers=draft.headers,
            answer_body=draft.body,
        )
        return answer_violations(self.operation, exchange, self.document)[0]


@cache
def suite(vendor: str) -> MockApp:
    """Return the vendor's suite, under the settings that a mock starts with.

    Raises:
        UsageError: there is no such vendor.
    """
    return MockApp(AppOptions([vendor]))


def documented(
    operation: str, status: int | None, outcome: str | None, contract: Contract | None = None
) -> list[Documented]:
    """Return the documented answers of an operation, those of success first.

    Args:
        operation: `<vendor>.<operationId>`.
        status: only of this status; `None` is for all but those of the protocol.
        outcome: only this one, by the name of its example.
        contract: the one in force; without it, that under the settings that a mock starts with.

    Raises:
        UsageError: the contract has nothing of that kind.
    """
    contract = contract or _contract(operation)
    outcomes = _operation(operation, contract).outcomes.values()
    found = [
        each
        for each in outcomes
        if outcome in (None, each.name)
        and (each.status == status if status is not None else bool(outcome) or not each.protocol)
    ]
    if not found:
        known = ", ".join(f"{each.status} {each.name}" for each in outcomes)
        wanted = " ".join(str(each) for each in (status, outcome) if each is not None)
        raise UsageError(f"{operation} documents no answer '{wanted}': it has {known}")
    return [_documented(contract, operation, each.name) for each in sorted(found, key=lambda each: each.status)]


def _contract(key: str) -> Contract:
    vendor = key.partition(".")[0]
    if vendor not in vendor_names():
        raise UsageError(f"'{key}' names no operation, which is <vendor>.<operationId>: {', '.join(vendor_names())}")
    return suite(vendor).contracts[vendor]


def _operation(key: str, contract: Contract) -> Operation:
    operation_id = key.partition(".")[2]
    if operation_id not in contract.operations:
        known = ", ".join(each.key for each in contract.operations.values())
        raise UsageError(f"unknown operation '{key}': there are {known}")
    return contract.operations[operation_id]


@cache
def _documented(contract: Contract, key: str, name: str) -> Documented:
    operation = _operation(key, contract)
    outcome = operation.outcomes[name]
    document = contract.document
    charset = suite(operation.vendor).vendors[operation.vendor].charset
    media_type = outcome.media_type
    headers = list(outcome.headers.items())
    if media_type:
        headers.insert(0, ("Content-Type", f"{media_type}; charset={charset}" if charset else media_type))
    value = outcome.value.get(media_type)
    return Documented(
        operation,
        outcome,
        document,
        _schemas(contract),
        _schema(operation, outcome, document),
        Draft(outcome.status, tuple(headers), media_type, value, charset=charset or "utf-8"),
    )


@cache
def _schemas(contract: Contract) -> Schemas:
    return Schemas(contract.vendor, contract.document)


def _schema(operation: Operation, outcome: Outcome, document: Mapping[str, Any]) -> Mapping[str, Any]:
    responses = document["paths"][operation.path][operation.method.lower()]["responses"]
    statuses = {int(status): response for status, response in responses.items()}
    for name, content in follow(document, statuses[outcome.status]).get("content", {}).items():
        if name.lower() == outcome.media_type:
            schema: Mapping[str, Any] = content.get("schema", {})
            return schema
    return {}
