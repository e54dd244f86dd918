"""Violations of the responses that a case expects, by the contract."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.judge.basis import common_basis
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.response_rules import UNDOCUMENTED_STATUS, undocumented_basis
from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Operation
from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.violations import Violation


def violations(
    operation: Operation, sender: Sender, case: PushCase, push: Push, exchange: Exchange
) -> Iterator[Violation]:
    """Yield violations of the expected status and of the vendor's rules beyond the contract.

    Args:
        operation: called.
        sender: of the vendor.
        case: that the request belongs to.
        push: the request.
        exchange: with a response.
    """
    expected = [operation.outcomes[name] for name in push.outcomes]
    if exchange.status in {outcome.status for outcome in expected}:
        yield from sender.check(push, exchange.status, exchange.response_body)
        return
    statuses = " or ".join(f"{outcome.status} ({outcome.name})" for outcome in expected)
    positions = sorted({case.position, *(outcome.basis for outcome in expected)} - {"", DOCUMENT})
    source = f" (position {', '.join(positions)})" if positions else ""
    message = f"{case.about}: expected {statuses}, got {_received(exchange)}{source}"
    if exchange.status not in operation.responses:
        basis = undocumented_basis(operation)
        yield Violation(("status",), UNDOCUMENTED_STATUS, message, statuses, basis, str(exchange.status))
        return
    basis = case.position or common_basis(outcome.basis for outcome in expected)
    yield Violation(("case", case.name), "answer", message, statuses, basis, str(exchange.status))


def _received(exchange: Exchange) -> str:
    target = next((value for name, value in exchange.response_headers if name.lower() == "location"), "")
    return f"{exchange.status} to {target}" if target and 300 <= exchange.status < 400 else str(exchange.status)
