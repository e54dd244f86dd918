"""The receiver's refusals; status, body and headers of each are those of the contract's example."""

from __future__ import annotations

from typing import Any, Final

from crm_mocks.errors import Refusal
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.vendors.activix import attributes
from crm_mocks.violations import Violation

_OF_PROTOCOL: Final = {
    RequestProblem.NO_SUCH_PATH: "unknown_path",
    RequestProblem.METHOD_NOT_ALLOWED: "method_not_allowed",
    RequestProblem.TIMEOUT: "request_timeout",
    RequestProblem.BODY_TOO_LARGE: "payload_too_large",
    RequestProblem.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    RequestProblem.HEADERS_TOO_LARGE: "headers_too_large",
    RequestProblem.CRASH: "server_error",
}
"""Faults that every operation answers alike (position `activix-protocol`)."""


class ActivixRefusal(Refusal):
    """The receiver refuses a request with one of its documented answers."""

    def __init__(self, context: RequestContext, outcome: str, *violations: Violation) -> None:
        """Take the answer from the contract.

        Args:
            context: the request.
            outcome: name of the answer's example in the contract.
            violations: rules that were broken and are not yet noted in the call.
        """
        super().__init__(documented(context, outcome), violations)


def documented(context: RequestContext, outcome: str, body: Any = None) -> MockResponse:
    """Return the answer that the contract has under a name, with its example's body unless another is given."""
    operation = context.operation or next(iter(context.contract.operations.values()))
    about = operation.outcomes[outcome]
    # Allow names the methods of the path that was called, so the host adds it.
    headers = [(name, value) for name, value in about.headers.items() if name != "Allow"]
    value = about.value[about.media_type] if body is None else body
    return MockResponse(about.status, outcome, value, about.media_type, headers)


def answer_to(context: RequestContext, problem: RequestProblem) -> MockResponse:
    """Return the answer to a fault that the host found; see `Vendor.refuse`."""
    if problem in _OF_PROTOCOL:
        return documented(context, _OF_PROTOCOL[problem])
    assert context.operation is not None  # other faults are found only in requests of an operation
    if context.operation.id == "issueToken":
        return documented(context, _of_token_request(context))
    if problem is RequestProblem.UNAUTHENTICATED:
        return documented(context, "credentials_missing")
    if problem is RequestProblem.UNREADABLE_BODY or not context.has_body:
        return documented(context, "not_json")
    return _to_invalid_lead(context)


def _of_token_request(context: RequestContext) -> str:
    """Name the refusal of a token request that breaks the contract; its one required member is the grant type."""
    rules = {violation.rule for violation in context.violations if violation.location == ("body", "grant_type")}
    if "enum" in rules:
        return "unsupported_grant_type"
    return "grant_type_missing" if "required" in rules else "unreadable_form"


def _to_invalid_lead(context: RequestContext) -> MockResponse:
    """Answer attributes that break the contract (position `activix-invalid-attributes`)."""
    faults = attributes.faults_of(context.body, context.violations)
    if not faults:  # nothing is wrong but that no account is named
        return documented(context, "account_missing")
    outcome = min((fault.outcome for fault in faults), key=attributes.OUTCOMES.index)
    assert context.operation is not None  # the caller has seen to it
    example = context.operation.outcomes[outcome]
    errors: dict[str, list[str]] = {}
    for fault in faults:
        errors.setdefault(fault.attribute, []).append(fault.message)
    return documented(context, outcome, {**example.value[example.media_type], "errors": errors})
