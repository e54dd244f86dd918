"""Refusals: the framework's errors, and a Status other than 1."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.errors import Refusal
from crm_mocks.problems import Problem
from crm_mocks.vendors.leadbank.answers import answer, example, requoted

_OUTCOMES: Final = {
    Problem.UNREADABLE_BODY: "unreadable_body",
    Problem.UNAUTHENTICATED: "unauthorized",
    Problem.TIMEOUT: "request_timeout",
    Problem.BODY_TOO_LARGE: "payload_too_large",
    Problem.HEADERS_TOO_LARGE: "headers_too_large",
    Problem.CRASH: "server_error",
}
"""Outcomes whose body is that of the contract's example."""

_SAFE_IN_PATHS: Final = "/:@!$&'()*+,;=~"

_PARAMETER: Final = "value"
"""Name of the parameter that a body is bound to, position `leadbank-invalid-body`."""


class Unauthorized(Refusal):
    """The client brings no credentials, or wrong ones (facts, framework; position `leadbank-authentication`)."""

    def __init__(self, call: Call) -> None:
        super().__init__(answer(call, "unauthorized"))


class LeadRefusal(Refusal):
    """A lead that a client names does not permit what it asks for; nothing is changed then.

    Attributes:
        outcome: name of the outcome, which gives Status and Message (position `leadbank-status-numbers`).
    """

    outcome: str

    def __init__(self, call: Call, lead_id: int) -> None:
        body = example(call, self.outcome)
        message = re.sub(r"\d+", str(lead_id), body["Message"])
        super().__init__(answer(call, self.outcome, {**body, "Message": message}))


class UnknownLead(LeadRefusal):
    """There is no such lead."""

    outcome = "unknown_lead"


class LeadNotInProgress(LeadRefusal):
    """The lead was never sent, so its reception cannot be confirmed (position `leadbank-validate-refusals`)."""

    outcome = "lead_not_in_progress"


class LeadNotReceived(LeadRefusal):
    """The lead's reception is not confirmed yet (position `leadbank-acknowledgement-state`)."""

    outcome = "lead_not_received"


def answer_to_problem(call: Call, problem: Problem) -> Answer:
    """Return the framework's answer to a fault that the host found (facts, table of the framework)."""
    match problem:
        case Problem.VIOLATIONS:
            return _invalid(call)
        case Problem.NO_SUCH_PATH:
            return _quoting(call, "unknown_path", _request_uri(call))
        case Problem.METHOD_NOT_ALLOWED:
            return _quoting(call, "method_not_allowed", call.method)
        case Problem.UNSUPPORTED_MEDIA_TYPE if "/" in call.media_type:
            return _quoting(call, "unsupported_media_type", call.media_type)
        case Problem.UNSUPPORTED_MEDIA_TYPE:
            return answer(call, "missing_content_type")
        case _:
            return answer(call, _OUTCOMES[problem])


def _quoting(call: Call, outcome: str, value: str) -> Answer:
    body = example(call, outcome)
    return answer(call, outcome, {**body, "Message": requoted(body["Message"], value)})


def _request_uri(call: Call) -> str:
    query = f"?{call.query_string}" if call.query_string else ""
    return f"{call.base_url}{quote(call.path, safe=_SAFE_IN_PATHS)}{query}"


def _invalid(call: Call) -> Answer:
    """Answer a body that breaks its schema: the framework lists every part of it that is wrong."""
    _reword(call)
    outcome = "missing_member" if all(each.rule == "required" for each in call.violations) else "wrong_type"
    body = example(call, outcome)
    [unspecific] = example(call, "unreadable_body")["ModelState"].values()
    state: dict[str, Any] = {}
    for violation in call.violations:
        where = violation.location[1:]
        missing = violation.rule == "required" and where
        state[_model_path(where)] = _required_texts(call, str(where[-1])) if missing else unspecific
    return answer(call, outcome, {**body, "ModelState": state})


def _reword(call: Call) -> None:
    """Say of integers what was wanted, in place of the pattern that an integer in quotes has."""
    wanted = call.contract.document["components"]["schemas"]["InputInteger"]["description"].rstrip(".")
    message = f"must be {wanted[0].lower()}{wanted[1:]}"
    call.violations[:] = [replace(each, message=message) if each.rule == "oneOf" else each for each in call.violations]


def _required_texts(call: Call, member: str) -> list[str]:
    [(place, texts)] = example(call, "missing_member")["ModelState"].items()
    named = place.rpartition(".")[2]
    return [text.replace(named, member) for text in texts]


def _model_path(location: tuple[str | int, ...]) -> str:
    """Return the framework's path to a place in the body: `value[0].LeadEvents[1].IDstatus`."""
    return _PARAMETER + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
