"""What the contract documents of an answer: where alterations start from, and what they are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from jsonschema_rs import Draft4Validator

from crm_contracts.examination.answers import answer_violations
from crm_contracts.examination.exchange import Exchange
from crm_contracts.fuzz.draft import Draft
from crm_mocks.contract import Operation
from crm_mocks.contract.outcome import Outcome
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.errors import UsageError
from crm_mocks.host.suite import Suite
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
def suite(vendor: str) -> Suite:
    """Return the vendor's suite, under the settings that a mock starts with.

    Raises:
        UsageError: there is no such vendor.
    """
    return Suite((vendor,))


def documented(operation: str, status: int | None, outcome: str | None) -> list[Documented]:
    """Return the documented answers of an operation, those of success first.

    Args:
        operation: `<vendor>.<operationId>`.
        status: only of this status; `None` is for all but those of the protocol.
        outcome: only this one, by the name of its example.

    Raises:
        UsageError: the contract has nothing of that kind.
    """
    found = [
        each
        for each in _outcomes(operation)
        if outcome in (None, each.name)
        and (each.status == status if status is not None else bool(outcome) or not each.protocol)
    ]
    if not found:
        known = ", ".join(f"{each.status} {each.name}" for each in _outcomes(operation))
        wanted = " ".join(str(each) for each in (status, outcome) if each is not None)
        raise UsageError(f"{operation} documents no answer '{wanted}': it has {known}")
    return [_documented(operation, each.name) for each in sorted(found, key=lambda each: each.status)]


def _outcomes(key: str) -> Iterator[Outcome]:
    return iter(_operation(key).outcomes.values())


def _operation(key: str) -> Operation:
    vendor, _, operation_id = key.partition(".")
    if vendor not in vendor_names():
        raise UsageError(f"'{key}' names no operation, which is <vendor>.<operationId>: {', '.join(vendor_names())}")
    operations = suite(vendor).contracts[vendor].operations
    if operation_id not in operations:
        known = ", ".join(each.key for each in operations.values())
        raise UsageError(f"unknown operation '{key}': there are {known}")
    return operations[operation_id]


@cache
def _documented(key: str, name: str) -> Documented:
    operation = _operation(key)
    outcome = operation.outcomes[name]
    document = suite(operation.vendor).contracts[operation.vendor].document
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
        _schemas(operation.vendor),
        _schema(operation, outcome, document),
        Draft(outcome.status, tuple(headers), media_type, value, charset=charset or "utf-8"),
    )


@cache
def _schemas(vendor: str) -> Schemas:
    return Schemas(vendor, suite(vendor).contracts[vendor].document)


def _schema(operation: Operation, outcome: Outcome, document: Mapping[str, Any]) -> Mapping[str, Any]:
    responses = document["paths"][operation.path][operation.method.lower()]["responses"]
    statuses = {int(status): response for status, response in responses.items()}
    for name, content in follow(document, statuses[outcome.status]).get("content", {}).items():
        if name.lower() == outcome.media_type:
            schema: Mapping[str, Any] = content.get("schema", {})
            return schema
    return {}
