"""Refusals: the framework's errors, and a Status other than 1."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from crm_mocks.errors import Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.vendors.leadbank.answers import answer, example, requoted

_OUTCOMES: Final = {
    RequestProblem.UNREADABLE_BODY: "unreadable_body",
    RequestProblem.UNAUTHENTICATED: "unauthorized",
    RequestProblem.TIMEOUT: "request_timeout",
    RequestProblem.BODY_TOO_LARGE: "payload_too_large",
    RequestProblem.HEADERS_TOO_LARGE: "headers_too_large",
    RequestProblem.CRASH: "server_error",
}
"""Outcomes whose body is that of the contract's example."""

_SAFE_IN_PATHS: Final = "/:@!$&'()*+,;=~"

_PARAMETER: Final = "value"
"""Name of the parameter that a body is bound to, position `leadbank-invalid-body`."""


class Unauthorized(Refusal):
    """The client brings no credentials, or wrong ones (facts, framework; position `leadbank-authentication`)."""

    def __init__(self, context: RequestContext) -> None:
        super().__init__(answer(context, "unauthorized"))


class LeadRefusal(Refusal):
    """A lead that a client names does not permit what it asks for; nothing is changed then.

    Attributes:
        outcome: name of the outcome, which gives Status and Message (position `leadbank-status-numbers`).
    """

    outcome: str

    def __init__(self, context: RequestContext, lead_id: int) -> None:
        body = example(context, self.outcome)
        message = re.sub(r"\d+", str(lead_id), body["Message"])
        super().__init__(answer(context, self.outcome, {**body, "Message": message}))


class UnknownLead(LeadRefusal):
    """There is no such lead."""

    outcome = "unknown_lead"


class LeadNotInProgress(LeadRefusal):
    """The lead was never sent, so its reception cannot be confirmed (position `leadbank-validate-refusals`)."""

    outcome = "lead_not_in_progress"


class LeadNotReceived(LeadRefusal):
    """The lead's reception is not confirmed yet (position `leadbank-acknowledgement-state`)."""

    outcome = "lead_not_received"


def answer_to_problem(context: RequestContext, problem: RequestProblem) -> MockResponse:
    """Return the framework's answer to a fault that the host found (facts, table of the framework)."""
    match problem:
        case RequestProblem.VIOLATIONS:
            return _invalid(context)
        case RequestProblem.NO_SUCH_PATH:
            return _quoting(context, "unknown_path", _request_uri(context))
        case RequestProblem.METHOD_NOT_ALLOWED:
            return _quoting(context, "method_not_allowed", context.method)
        case RequestProblem.UNSUPPORTED_MEDIA_TYPE if "/" in context.media_type:
            return _quoting(context, "unsupported_media_type", context.media_type)
        case RequestProblem.UNSUPPORTED_MEDIA_TYPE:
            return answer(context, "missing_content_type")
        case _:
            return answer(context, _OUTCOMES[problem])


def _quoting(context: RequestContext, outcome: str, value: str) -> MockResponse:
    body = example(context, outcome)
    return answer(context, outcome, {**body, "Message": requoted(body["Message"], value)})


def _request_uri(context: RequestContext) -> str:
    query = f"?{context.query_string}" if context.query_string else ""
    return f"{context.base_url}{quote(context.path, safe=_SAFE_IN_PATHS)}{query}"


def _invalid(context: RequestContext) -> MockResponse:
    """Answer a body that breaks its schema: the framework lists every part of it that is wrong."""
    _reword(context)
    outcome = "missing_member" if all(each.rule == "required" for each in context.violations) else "wrong_type"
    body = example(context, outcome)
    [unspecific] = example(context, "unreadable_body")["ModelState"].values()
    state: dict[str, Any] = {}
    for violation in context.violations:
        where = violation.location[1:]
        missing = violation.rule == "required" and where
        state[_model_path(where)] = _required_texts(context, str(where[-1])) if missing else unspecific
    return answer(context, outcome, {**body, "ModelState": state})


def _reword(context: RequestContext) -> None:
    """Say of integers what was wanted, in place of the pattern that an integer in quotes has."""
    wanted = context.contract.document["components"]["schemas"]["InputInteger"]["description"].rstrip(".")
    message = f"must be {wanted[0].lower()}{wanted[1:]}"
    context.violations[:] = [
        replace(each, message=message) if each.rule == "oneOf" else each for each in context.violations
    ]


def _required_texts(context: RequestContext, member: str) -> list[str]:
    [(place, texts)] = example(context, "missing_member")["ModelState"].items()
    named = place.rpartition(".")[2]
    return [text.replace(named, member) for text in texts]


def _model_path(location: tuple[str | int, ...]) -> str:
    """Return the framework's path to a place in the body: `value[0].LeadEvents[1].IDstatus`."""
    return _PARAMETER + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
