"""The receiver's refusals; status, body and headers of each are those of the contract's example."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.answer import Answer
from crm_mocks.call import Call
from crm_mocks.errors import Refusal
from crm_mocks.problems import Problem
from crm_mocks.vendors.activix import attributes
from crm_mocks.violations import Violation

_OF_PROTOCOL: Final = {
    Problem.NO_SUCH_PATH: "unknown_path",
    Problem.METHOD_NOT_ALLOWED: "method_not_allowed",
    Problem.TIMEOUT: "request_timeout",
    Problem.BODY_TOO_LARGE: "payload_too_large",
    Problem.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    Problem.HEADERS_TOO_LARGE: "headers_too_large",
    Problem.CRASH: "server_error",
}
"""Faults that every operation answers alike (position `activix-protocol`)."""


class Refused(Refusal):
    """The receiver refuses a request with one of its documented answers."""

    def __init__(self, call: Call, outcome: str, *violations: Violation) -> None:
        """Take the answer from the contract.

        Args:
            call: the request.
            outcome: name of the answer's example in the contract.
            violations: rules that were broken and are not yet noted in the call.
        """
        super().__init__(documented(call, outcome), violations)


def documented(call: Call, outcome: str, body: Any = None) -> Answer:
    """Return the answer that the contract has under a name, with its example's body unless another is given."""
    operation = call.operation or next(iter(call.contract.operations.values()))
    about = operation.outcomes[outcome]
    # Allow names the methods of the path that was called, so the host adds it.
    headers = [(name, value) for name, value in about.headers.items() if name != "Allow"]
    value = about.value[about.media_type] if body is None else body
    return Answer(about.status, outcome, value, about.media_type, headers)


def answer_to(call: Call, problem: Problem) -> Answer:
    """Return the answer to a fault that the host found; see `Vendor.refuse`."""
    if problem in _OF_PROTOCOL:
        return documented(call, _OF_PROTOCOL[problem])
    assert call.operation is not None  # other faults are found only in requests of an operation
    if call.operation.id == "issueToken":
        return documented(call, _of_token_request(call))
    if problem is Problem.UNAUTHENTICATED:
        return documented(call, "credentials_missing")
    if problem is Problem.UNREADABLE_BODY or not call.has_body:
        return documented(call, "not_json")
    return _to_invalid_lead(call)


def _of_token_request(call: Call) -> str:
    """Name the refusal of a token request that breaks the contract; its one required member is the grant type."""
    rules = {violation.rule for violation in call.violations if violation.location == ("body", "grant_type")}
    if "enum" in rules:
        return "unsupported_grant_type"
    return "grant_type_missing" if "required" in rules else "unreadable_form"


def _to_invalid_lead(call: Call) -> Answer:
    """Answer attributes that break the contract (position `activix-invalid-attributes`)."""
    faults = attributes.faults_of(call.body, call.violations)
    if not faults:  # nothing is wrong but that no account is named
        return documented(call, "account_missing")
    outcome = min((fault.outcome for fault in faults), key=attributes.OUTCOMES.index)
    assert call.operation is not None  # the caller has seen to it
    example = call.operation.outcomes[outcome]
    errors: dict[str, list[str]] = {}
    for fault in faults:
        errors.setdefault(fault.attribute, []).append(fault.message)
    return documented(call, outcome, {**example.value[example.media_type], "errors": errors})
