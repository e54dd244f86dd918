"""Violations of the responses that a case expects, by the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crm_contracts.judge.basis import common_basis, is_position
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.response_rules import UNDOCUMENTED_STATUS
from crm_mocks.basis import DOCUMENT, HTTP
from crm_mocks.contract import Operation, Outcome
from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.violations import Violation

ANSWER: Final = "answer"
"""Rule broken by a documented status that is not the one of the case."""


def accepts(operation: Operation, push: Push) -> bool:
    """Return whether the receiver should accept a request of a case."""
    return all(200 <= operation.outcomes[name].status < 300 for name in push.outcomes)


def case_basis(operation: Operation, case: PushCase, push: Push) -> str:
    """Return what the expected response rests on: a position of the request or of all its outcomes, or a document."""
    return case.position or common_basis(operation.outcomes[name].basis for name in push.outcomes)


def is_documented(case: PushCase, operation: Operation) -> bool:
    """Return whether the responses that a case expects rest on the vendor's documents alone."""
    return not any(is_position(case_basis(operation, case, push)) for push in case.pushes if not push.operation)


def is_expected(operation: Operation, push: Push, exchange: Exchange) -> bool:
    """Return whether a response has one of the statuses that the request expects."""
    return exchange.status in {operation.outcomes[name].status for name in push.outcomes}


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
    if is_expected(operation, push, exchange):
        yield from sender.check(push, exchange.status, exchange.response_body)
        return
    outcomes = [operation.outcomes[name] for name in push.outcomes]
    statuses = _statuses(outcomes)
    location, rule, basis = _rule(operation, case, push, exchange.status)
    positions = sorted({case.position, *(outcome.basis for outcome in outcomes)} - {"", DOCUMENT})
    source = f" (position {', '.join(positions)})" if is_position(basis) else ""
    message = f"{case.about}: expected {statuses}, got {_received(exchange)}{source}"
    yield Violation(location, rule, message, statuses, basis, str(exchange.status))


def _rule(operation: Operation, case: PushCase, push: Push, status: int) -> tuple[tuple[str, ...], str, str]:
    """Return location, rule and basis of a violation by a status that is not the expected one.

    What a receiver is free to refuse, it may refuse with any status. For anything else, an undocumented status breaks
    the documents, as does a redirect, which is no refusal. A 5xx to a request that should be accepted is a failure of
    the receiver, whatever the request rests on.
    """
    basis = case_basis(operation, case, push)
    has_failed = status >= 500 and accepts(operation, push)
    if has_failed and is_position(basis):
        basis = HTTP
    if status in operation.responses:
        return ("case", case.name), ANSWER, basis
    if status >= 400 and is_position(basis):
        return ("case", case.name), UNDOCUMENTED_STATUS, basis
    return ("status",), UNDOCUMENTED_STATUS, DOCUMENT


def _statuses(outcomes: list[Outcome]) -> str:
    """Return the expected statuses, each with its outcomes."""
    names: dict[int, list[str]] = {}
    for outcome in outcomes:
        names.setdefault(outcome.status, []).append(outcome.name)
    return " or ".join(f"{status} ({' or '.join(each)})" for status, each in names.items())


def _received(exchange: Exchange) -> str:
    target = next((value for name, value in exchange.response_headers if name.lower() == "location"), "")
    return f"{exchange.status} to {target}" if target and 300 <= exchange.status < 400 else str(exchange.status)
