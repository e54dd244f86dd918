"""Refusals of any contract: the documented response of a status, else a problem document."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract import Operation, Outcome
from crm_mocks.errors import Refusal
from crm_mocks.generic.error_bodies import RefusalReason, filled, problem_body, sentence
from crm_mocks.generic.fitting import fitted
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem

PROBLEM: Final = "application/problem+json"
_SIMILAR: Final = {422: (400,), 400: (422,)}
"""Statuses that a contract may document in place of another."""

_MESSAGES: Final = {
    RequestProblem.UNREADABLE_BODY: "the body cannot be read",
    RequestProblem.VIOLATIONS: "the request breaks the contract",
    RequestProblem.UNAUTHENTICATED: "credentials are required",
    RequestProblem.NO_SUCH_PATH: "there is no such path",
    RequestProblem.METHOD_NOT_ALLOWED: "the path does not allow this method",
    RequestProblem.TIMEOUT: "the request took too long to arrive",
    RequestProblem.BODY_TOO_LARGE: "the body is too large",
    RequestProblem.UNSUPPORTED_MEDIA_TYPE: "the media type is not supported",
    RequestProblem.HEADERS_TOO_LARGE: "the headers are too large",
    RequestProblem.CRASH: "the server failed",
}


def refusal(context: RequestContext, reason: RefusalReason) -> Refusal:
    """Return the refusal of a request.

    Args:
        context: the request.
        reason: what is wrong.
    """
    return Refusal(refusal_response(context, reason), tuple(reason.violations))


def refusal_response(context: RequestContext, reason: RefusalReason) -> MockResponse:
    """Return the response that refuses a request, as `refusal`."""
    outcome = _outcome(context, reason.status)
    if outcome is None:
        return MockResponse(reason.status, "", problem_body(reason), PROBLEM)
    return outcome_response(context, outcome, RefusalReason(outcome.status, reason.message, reason.violations))


def problem_response(context: RequestContext, problem: RequestProblem) -> MockResponse:
    """Return the response to a request in which the host found a problem."""
    is_security = problem is RequestProblem.UNAUTHENTICATED
    violations = tuple(each for each in context.violations if not is_security or each.location[:1] == ("security",))
    message = sentence(violations) if violations else _MESSAGES[problem]
    status = 400 if problem is RequestProblem.VIOLATIONS else problem.value
    return refusal_response(context, RefusalReason(status, message, violations))


def outcome_response(context: RequestContext, outcome: Outcome, reason: RefusalReason) -> MockResponse:
    """Return the response of an outcome, filled with what is wrong."""
    headers = [header for header in outcome.headers.items() if header[0] != "Allow"]
    media_type = context.vendor.media_type(context, outcome)
    if not media_type:
        return MockResponse(outcome.status, outcome.name, None, "", headers)
    if outcome.protocol and media_type == PROBLEM:
        return MockResponse(outcome.status, outcome.name, problem_body(reason), media_type, headers)
    sound = context.vendor.example(context, outcome, media_type)
    body = filled(sound, reason, generated=outcome.generated)
    operation = context.operation
    response = operation.responses.get(outcome.status) if operation is not None else None
    validator: Any = response.validators.get(media_type) if response is not None else None
    return MockResponse(outcome.status, outcome.name, fitted(body, sound, validator), media_type, headers)


def _outcome(context: RequestContext, status: int) -> Outcome | None:
    if context.operation is not None:
        return documented_outcome(context.operation, status)
    for operation in context.contract.operations.values():
        found = documented_outcome(operation, status)
        return found if found is not None and found.protocol else None
    return None


def documented_outcome(operation: Operation, status: int) -> Outcome | None:
    """Return the documented outcome for a status, or one that serves the same purpose.

    Statuses that the contract names come first, then those that a range or `default` stands for, then the host's own.
    """
    statuses = (status, *_SIMILAR.get(status, ()))
    found = [outcome for each in statuses if (outcome := operation.first_outcome(each)) is not None]
    return min(found, key=lambda outcome: (outcome.protocol, outcome.basis != DOCUMENT), default=None)
