"""Statements: documented exchanges, each a request that keeps the contract and the response that it forces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crm_mocks.cli.credentials import demo_credentials
from crm_mocks.cli.curl import RequestCredentials
from crm_mocks.contract import Operation, Outcome
from crm_mocks.contract.published_form import REFUSED
from crm_mocks.contract.references import follow
from crm_mocks.vendor import load_vendor
from tools.contracts.published_contract import PublishedContract


@dataclass(frozen=True)
class Statement:
    """A request and the response that it forces.

    Attributes:
        operation: the operation.
        outcome: the response; `Prefer: example=<outcome>` forces it.
        media_type: of the request body; empty without one.
        body: JSON value or fields of a form, accepted by the contract.
    """

    operation: Operation
    outcome: Outcome
    media_type: str
    body: Any

    @property
    def name(self) -> str:
        """Name in findings."""
        return f"{self.operation.id}.{self.outcome.name}"

    @property
    def headers(self) -> dict[str, str]:
        """Headers that force the response."""
        return {"Prefer": f"example={self.outcome.name}"}

    def to_json(self) -> dict[str, Any]:
        """Return the statement for a driver of a generated client."""
        return {
            "name": self.name,
            "operation": self.operation.id,
            "method": self.operation.method,
            "path": self.operation.path,
            "headers": self.headers,
            "media_type": self.media_type,
            "body": self.body,
            "status": self.outcome.status,
        }


def statements(contract: PublishedContract) -> Iterator[Statement]:
    """Yield a statement for each documented outcome."""
    for operation in contract.contract.operations.values():
        bodies = _accepted_bodies(contract, operation)
        first = next(iter(bodies.values()), ("", None))
        for outcome in operation.outcomes.values():
            media_type, body = bodies.get(outcome.name, first)
            yield Statement(operation, outcome, media_type, body)


def main_statements(contract: PublishedContract) -> Iterator[Statement]:
    """Yield a statement for each documented success, and for the first refusal of each status of an operation."""
    seen: set[tuple[str, int]] = set()
    for statement in statements(contract):
        key = statement.operation.id, statement.outcome.status
        if statement.outcome.is_refusal:
            if key in seen:
                continue
            seen.add(key)
        yield statement


def credentials(contract: PublishedContract, operation: Operation) -> RequestCredentials:
    """Return the demo credentials of an operation."""
    vendor = load_vendor(contract.vendor)
    return demo_credentials(vendor.credentials, contract.contract.security_schemes, operation.security)


def _accepted_bodies(contract: PublishedContract, operation: Operation) -> dict[str, tuple[str, Any]]:
    """Return the request examples that keep the contract, by name, in the first media type that has any."""
    document = contract.contract.document
    node = document["paths"][operation.path][operation.method.lower()].get("requestBody", {})
    for name, media_type in follow(document, node).get("content", {}).items():
        accepted = {key: follow(document, each) for key, each in media_type.get("examples", {}).items()}
        bodies = {key: (name, each["value"]) for key, each in accepted.items() if REFUSED not in each}
        if bodies:
            return bodies
    return {}
