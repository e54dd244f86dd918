"""Holding a call to its operation's contract: parameters, media type, body."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any, Final

from crm_mocks.call import Call
from crm_mocks.contract.operation import Operation
from crm_mocks.contract.parameter import Parameter
from crm_mocks.media import ContentType, Unreadable, content_type
from crm_mocks.problems import Problem
from crm_mocks.schema_errors import from_schema_errors
from crm_mocks.violations import Violation

_INTEGER: Final = re.compile(r"-?\d+", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def read_body(call: Call) -> None:
    """Decode the body as its media type and the contract say; what cannot be decoded is noted, not raised."""
    wanted = call.operation.body if call.operation else None
    if wanted is None or not call.has_body:
        return
    kind = content_type(call.headers.get("content-type", ""))
    call.media_type = kind.media_type or wanted.when_missing or ""
    if call.media_type not in wanted.media_types:
        return
    try:
        if call.headers.get("content-encoding", "identity").lower() != "identity":
            raise Unreadable("the body is compressed, which is not supported")
        call.body = call.vendor.decode(call, ContentType(call.media_type, kind.charset))
    except Unreadable as error:
        call.unreadable = error


def examine(call: Call) -> Problem | None:
    """Hold the call to its contract: note every violation, and return the fault if there is one.

    A second time, it returns what the first found.
    """
    if call.examined is not False:
        assert not isinstance(call.examined, bool)
        return call.examined
    operation = call.operation
    assert operation is not None  # only matched requests come here
    before = len(call.violations)
    for parameter in operation.parameters:
        call.violations.extend(_examine_parameter(call, parameter))
    problem = _examine_body(call, operation)
    if problem is None and len(call.violations) > before:
        problem = Problem.VIOLATIONS
    call.examined = problem
    return problem


def _examine_parameter(call: Call, parameter: Parameter) -> list[Violation]:
    if parameter.place == "header":
        raw = call.headers.get(parameter.name)
    elif parameter.place == "query":
        raw = call.query.get(parameter.name)
    else:
        raw = call.path_parameters.get(parameter.name) if parameter.place == "path" else None
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
        return [Violation(location, "required", message, parameter.name)] if parameter.required else []
    return from_schema_errors(parameter.validator.iter_errors(_typed(raw, parameter.type)), location)


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


def _examine_body(call: Call, operation: Operation) -> Problem | None:
    wanted = operation.body
    if wanted is None:
        return None
    if not call.has_body:
        if not wanted.required:
            return None
        call.violate(("body",), "required", "a body is required", "body")
        return Problem.VIOLATIONS
    media_type = wanted.media_types.get(call.media_type)
    if media_type is None:
        came = call.media_type or "no Content-Type"
        allowed = list(wanted.media_types)
        call.violate(("header", "content-type"), "mediaType", f"must be {' or '.join(allowed)}, is {came}", allowed)
        return Problem.UNSUPPORTED_MEDIA_TYPE
    if call.unreadable is not None:
        call.violate(("body",), "syntax", str(call.unreadable))
        return Problem.UNREADABLE_BODY
    call.notices.extend(media_type.shape.notices(call.body))
    if media_type.validator.is_valid(call.body):
        return None
    errors = media_type.validator.iter_errors(call.body)
    call.violations.extend(from_schema_errors(errors, ("body",), call.contract.document))
    return Problem.VIOLATIONS


def answer_faults(operation: Operation, status: int, outcome: str, media_type: str, body: Any) -> list[str]:
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
