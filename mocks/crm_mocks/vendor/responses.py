"""Documented responses: status, headers and body come from the contract's example of an outcome."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.contract import Outcome
from crm_mocks.errors import ContractError, Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.violations import Violation

_STATUSES: Final = {
    RequestProblem.VIOLATIONS: (422, 400),
    RequestProblem.UNREADABLE_BODY: (400, 422),
}
"""Statuses that fit a problem, the best one first; other problems have only the one that is their value."""


class DocumentedRefusal(Refusal):
    """Refuses a request with a documented response.

    raise DocumentedRefusal(context, "duplicate")
    """

    def __init__(self, context: RequestContext, outcome: str, *violations: Violation, body: Any = None) -> None:
        """Build the response.

        Args:
            context: the request.
            outcome: name of the outcome.
            violations: rules that the request broke and that are not yet in `context.violations`.
            body: replaces the body of the outcome's example.
        """
        super().__init__(documented(context, outcome, body), violations)


def documented(context: RequestContext, name: str, body: Any = None) -> MockResponse:
    """Return the response that the contract documents under a name.

    Args:
        context: the request.
        name: name of the outcome.
        body: replaces the body of the outcome's example.

    Raises:
        ContractError: no operation documents such an outcome.

    Example:
        async def create_lead(context: RequestContext) -> MockResponse:
            return documented(context, "created")
    """
    outcome = find_outcome(context, name)
    media_type = context.vendor.media_type(context, outcome)
    value = context.vendor.example(context, outcome, media_type) if body is None else body
    # The host adds Allow: it knows the methods of the requested path.
    headers = [header for header in outcome.headers.items() if header[0] != "Allow"] if outcome.headers else []
    return MockResponse(outcome.status, name, value, media_type, headers)


def find_outcome(context: RequestContext, name: str) -> Outcome:
    """Return an outcome by name: the requested operation's own, else that of the first operation that has it.

    Args:
        context: the request.
        name: name of the outcome.

    Raises:
        ContractError: no operation documents such an outcome.
    """
    outcome = context.operation.outcomes.get(name) if context.operation is not None else None
    if outcome is not None:
        return outcome
    for operation in context.contract.operations.values():
        if name in operation.outcomes:
            return operation.outcomes[name]
    raise ContractError(f"{context.contract.title} documents no outcome '{name}'")


def outcome_by_status(context: RequestContext, problem: RequestProblem) -> Outcome | None:
    """Return the first documented outcome whose status fits a problem, or `None`."""
    operation = context.operation or next(iter(context.contract.operations.values()))
    found = (operation.first_outcome(status) for status in _STATUSES.get(problem, (problem.value,)))
    return next(filter(None, found), None)
