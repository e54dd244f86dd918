"""Documented responses, from which mutations start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from crm_contracts.fuzz.response_builder import ResponseBuilder
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.response_rules import response_violations
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.outcome import Outcome
from crm_mocks.contract.references import follow
from crm_mocks.contract.schema import Schemas
from crm_mocks.contract.schema_validator import SchemaValidator
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean
from crm_mocks.options import AppOptions
from crm_mocks.vendor import vendor_names
from crm_mocks.violations import Violation


@dataclass(frozen=True, eq=False)
class ExampleResponse:
    """A documented response of an operation, in its first media type.

    Attributes:
        operation: the operation.
        outcome: the documented example.
        document: the contract in force.
        schemas: compiler for schemas of the contract.
        schema: schema of the body, or an empty schema.
        builder: the response itself.
    """

    operation: Operation
    outcome: Outcome
    document: Mapping[str, Any]
    schemas: Schemas
    schema: Mapping[str, Any]
    builder: ResponseBuilder

    @cached_property
    def validator(self) -> SchemaValidator:
        """The compiled schema."""
        return self.schemas.compile(dict(self.schema))

    def violations(self, builder: ResponseBuilder) -> list[Violation]:
        """Return the violations of a complete response."""
        exchange = Exchange(
            self.operation.method,
            self.operation.path,
            status=builder.status,
            response_headers=builder.headers,
            response_body=builder.body,
        )
        return response_violations(self.operation, exchange)[0]


@cache
def mock_app(vendor: str) -> MockApp:
    """Return the mock app of a vendor with default settings.

    Raises:
        UsageError: the vendor is unknown.
    """
    return MockApp(AppOptions([vendor]))


def example_responses(
    operation: str, status: int | None, outcome: str | None, contract: Contract | None = None
) -> list[ExampleResponse]:
    """Return the documented responses of an operation, successes first.

    Args:
        operation: `<vendor>.<operationId>`.
        status: only those with this status; `None` for all except those of the protocol.
        outcome: only the one with this name.
        contract: the contract in force; by default the one under default settings.

    Raises:
        UsageError: the contract documents no such response.
    """
    contract = contract or _contract(operation)
    outcomes = _operation(operation, contract).outcomes.values()
    matching = [
        candidate
        for candidate in outcomes
        if outcome in (None, candidate.name)
        and (candidate.status == status if status is not None else bool(outcome) or not candidate.protocol)
    ]
    if not matching:
        documented = ", ".join(f"{candidate.status} {candidate.name}" for candidate in outcomes)
        requested = " ".join(str(part) for part in (status, outcome) if part is not None)
        raise UsageError(f"{operation} documents no response '{requested}': it has {documented}")
    return [_example(contract, operation, match.name) for match in sorted(matching, key=lambda match: match.status)]


def _contract(key: str) -> Contract:
    vendor = key.partition(".")[0]
    if vendor not in vendor_names():
        raise UsageError(f"'{key}' is not <vendor>.<operationId>: vendors are {', '.join(vendor_names())}")
    return mock_app(vendor).contracts[vendor]


def _operation(key: str, contract: Contract) -> Operation:
    operation_id = key.partition(".")[2]
    if operation_id not in contract.operations:
        keys = [known.key for known in contract.operations.values()]
        raise UsageError(f"unknown operation '{key}'{did_you_mean(key, keys)}: there are {', '.join(keys)}")
    return contract.operations[operation_id]


@cache
def _example(contract: Contract, key: str, name: str) -> ExampleResponse:
    operation = _operation(key, contract)
    outcome = operation.outcomes[name]
    document = contract.document
    vendor = mock_app(operation.vendor).vendors[operation.vendor]
    charset = vendor.charset
    media_type = outcome.media_type
    headers = list(outcome.headers.items())
    if media_type:
        headers.insert(0, ("Content-Type", f"{media_type}; charset={charset}" if charset else media_type))
    value = vendor.sample_body(operation, outcome, media_type)
    return ExampleResponse(
        operation,
        outcome,
        document,
        _schemas(contract),
        _schema(operation, outcome, document),
        ResponseBuilder(outcome.status, tuple(headers), media_type, value, charset=charset or "utf-8"),
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
