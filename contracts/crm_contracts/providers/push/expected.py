"""What must be answered to a request that a CRM sends, read from the contract."""

from __future__ import annotations

from collections.abc import Iterator

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.response_rules import UNDOCUMENTED_STATUS
from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Operation
from crm_mocks.vendor.sender import Push, PushCase, Sender
from crm_mocks.violations import Violation


def violations(
    operation: Operation, sender: Sender, case: PushCase, push: Push, exchange: Exchange
) -> Iterator[Violation]:
    """Yield what is wrong with the status of an answer, and with what the vendor knows beside the contract.

    Args:
        operation: that was called.
        sender: of the vendor.
        case: what was examined.
        push: what was sent.
        exchange: with an answer.
    """
    wanted = [operation.outcomes[name] for name in push.outcomes]
    if exchange.status in {outcome.status for outcome in wanted}:
        yield from sender.check(push, exchange.status, exchange.response_body)
        return
    must = " or ".join(f"{outcome.status} ({outcome.name})" for outcome in wanted)
    chosen = sorted({outcome.basis for outcome in wanted} - {DOCUMENT})
    beside = f" (position {', '.join(chosen)})" if chosen else ""
    message = f"{case.about}: must be answered {must}, was {_came(exchange)}{beside}"
    basis = DOCUMENT if any(outcome.basis == DOCUMENT for outcome in wanted) else chosen[0]
    is_documented = exchange.status in operation.responses
    place, rule = (("case", case.name), "answer") if is_documented else (("status",), UNDOCUMENTED_STATUS)
    yield Violation(place, rule, message, must, basis, str(exchange.status))


def _came(exchange: Exchange) -> str:
    target = next((value for name, value in exchange.response_headers if name.lower() == "location"), "")
    return f"{exchange.status} to {target}" if target and 300 <= exchange.status < 400 else str(exchange.status)
