"""Holding a call to its operation's contract: parameters, media type, body."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any, Final

from crm_mocks.contract.operation import Operation
from crm_mocks.contract.parameter import Parameter
from crm_mocks.parsing.media_types import ContentType, Unreadable, content_type
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.schema_errors import from_schema_errors
from crm_mocks.sent_value import sent_value
from crm_mocks.violations import Violation

_INTEGER: Final = re.compile(r"-?\d+", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def read_body(context: RequestContext) -> None:
    """Decode the body as its media type and the contract say; what cannot be decoded is noted, not raised."""
    wanted = context.operation.body if context.operation else None
    if wanted is None or not context.has_body:
        return
    kind = content_type(context.headers.get("content-type", ""))
    context.media_type = kind.media_type or wanted.when_missing or ""
    if context.media_type not in wanted.media_types:
        return
    try:
        if context.headers.get("content-encoding", "identity").lower() != "identity":
            raise Unreadable("the body is compressed, which is not supported", "host-content-encoding")
        context.body = context.vendor.decode(context, ContentType(context.media_type, kind.charset))
    except Unreadable as error:
        context.unreadable = error


def validate_request(context: RequestContext) -> RequestProblem | None:
    """Hold the call to its contract: note every violation, and return the fault if there is one.

    A second time, it returns what the first found.
    """
    if context.examined is not False:
        assert not isinstance(context.examined, bool)
        return context.examined
    operation = context.operation
    assert operation is not None  # only matched requests come here
    before = len(context.violations)
    for parameter in operation.parameters:
        context.violations.extend(_validate_parameter(context, parameter))
    problem = _validate_body(context, operation)
    if problem is None and len(context.violations) > before:
        problem = RequestProblem.VIOLATIONS
    context.examined = problem
    return problem


def _validate_parameter(context: RequestContext, parameter: Parameter) -> list[Violation]:
    if parameter.place == "header":
        raw = context.headers.get(parameter.name)
    elif parameter.place == "query":
        raw = context.query.get(parameter.name)
    else:
        raw = context.path_parameters.get(parameter.name) if parameter.place == "path" else None
    return parameter_violations(parameter, raw)


def parameter_violations(parameter: Parameter, raw: str | None) -> list[Violation]:
    """Return what breaks the contract in a parameter's text, or in that it is absent.

    Args:
        parameter: of a request, or a header of an answer.
        raw: as sent; `None` where it was not.
    """
    location = (parameter.place, parameter.name)
    if raw is None:
        message = f"{parameter.place} parameter '{parameter.name}' is required"
        missing = Violation(location, "required", message, parameter.name, parameter.basis)
        return [missing] if parameter.required else []
    return from_schema_errors(parameter.validator.iter_errors(_typed(raw, parameter.type)), location, parameter.marks)


def _typed(raw: str, wanted: str) -> Any:
    """Return a parameter's text as the JSON value it stands for; text that is none stays text and fails its type."""
    if wanted == "boolean" and raw in ("true", "false"):
        return raw == "true"
    try:
        if wanted == "integer" and _INTEGER.fullmatch(raw):
            return int(raw)
        if wanted == "number" and _NUMBER.fullmatch(raw) and isfinite(float(raw)):
            return float(raw)
    except ValueError:  # more digits than Python converts
        return raw
    return raw


def _validate_body(context: RequestContext, operation: Operation) -> RequestProblem | None:
    wanted = operation.body
    if wanted is None:
        return None
    if not context.has_body:
        if not wanted.required:
            return None
        context.violate(("body",), "required", "a body is required", "body", basis=wanted.basis)
        return RequestProblem.VIOLATIONS
    media_type = wanted.media_types.get(context.media_type)
    if media_type is None:
        came = context.media_type or "no Content-Type"
        allowed = list(wanted.media_types)
        context.violate(
            ("header", "content-type"),
            "mediaType",
            f"must be {' or '.join(allowed)}, is {came}",
            allowed,
            basis=wanted.media_types_basis,
            sent=sent_value(context.media_type, ("header", "content-type")) if context.media_type else "",
        )
        return RequestProblem.UNSUPPORTED_MEDIA_TYPE
    if context.unreadable is not None:
        context.violate(("body",), "syntax", str(context.unreadable), basis=context.unreadable.basis)
        return RequestProblem.UNREADABLE_BODY
    context.notices.extend(media_type.shape.notices(context.body))
    if media_type.validator.is_valid(context.body):
        return None
    errors = media_type.validator.iter_errors(context.body)
    context.violations.extend(from_schema_errors(errors, ("body",), media_type.marks))
    return RequestProblem.VIOLATIONS


def response_defects(operation: Operation, status: int, outcome: str, media_type: str, body: Any) -> list[str]:
    """Return the rules of the contract that an answer of ours breaks, in words; normally none.

    Args:
        operation: what was called.
        status: HTTP status.
        outcome: name of the example whose case it is.
        media_type: empty where no body is sent.
        body: the body before it is serialised.
    """
    response = operation.responses.get(status)
    if response is None:
        return [f"status {status} is not documented"]
    documented = operation.outcomes.get(outcome)
    faults = [] if documented and documented.status == status else [f"'{outcome}' is no example of status {status}"]
    if not media_type and not response.validators:
        return faults
    validator = response.validators.get(media_type)
    if validator is None:
        return [*faults, f"media type '{media_type}' is not documented for status {status}"]
    if not validator.is_valid(body):
        faults += [
            f"{'.'.join(map(str, each.location))}: {each.message}"
            for each in from_schema_errors(validator.iter_errors(body), ("body",))
        ]
    return faults
