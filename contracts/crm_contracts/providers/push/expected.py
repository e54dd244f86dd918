"""What must be answered to a request that a CRM sends, read from the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crm_contracts.examination.answers import STATUS
from crm_contracts.examination.exchange import Exchange
from crm_mocks.contract import Contract, Operation
from crm_mocks.contract.references import follow
from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.violations import Violation


def violations(
    contract: Contract, operation: Operation, sender: Sender, case: PushCase, push: Push, exchange: Exchange
) -> Iterator[Violation]:
    """Yield what is wrong with the status of an answer, and with what the vendor knows beside the contract.

    Args:
        contract: in force.
        operation: that was called.
        sender: of the vendor.
        case: what was examined.
        push: what was sent.
        exchange: with an answer.
    """
    wanted = [operation.outcomes[name] for name in push.outcomes]
    if exchange.status in {outcome.status for outcome in wanted}:
        yield from sender.check(push, exchange.status, exchange.answer_body)
        return
    must = " or ".join(f"{outcome.status} ({outcome.name})" for outcome in wanted)
    chosen = sorted({position for outcome in wanted for position in positions(contract, operation, outcome.name)})
    beside = f" (position {', '.join(chosen)})" if chosen else ""
    message = f"{case.about}: must be answered {must}, was {_came(exchange)}{beside}"
    if exchange.status in operation.responses:
        yield Violation(("case", case.name), "answer", message, must)
    else:
        yield Violation(("status",), STATUS, message, must)


def _came(exchange: Exchange) -> str:
    target = next((value for name, value in exchange.answer_headers if name.lower() == "location"), "")
    return f"{exchange.status} to {target}" if target and 300 <= exchange.status < 400 else str(exchange.status)


def positions(contract: Contract, operation: Operation, outcome: str) -> list[str]:
    """Return the positions that a documented answer rests on, by the contract; empty where the vendor documents it."""
    node = contract.document["paths"][operation.path][operation.method.lower()]
    response = follow(contract.document, node["responses"][str(operation.outcomes[outcome].status)])
    for media in response.get("content", {}).values():
        example = follow(contract.document, media.get("examples", {}).get(outcome, {}))
        if "x-position" in example:
            return _listed(example)
    return _listed(response) if isinstance(response.get("x-position"), str) else []


def _listed(node: Mapping[str, Any]) -> list[str]:
    found = node["x-position"]
    return [found] if isinstance(found, str) else list(found)
