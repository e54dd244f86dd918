"""Validating requests, and the mocks' own responses, against the contract."""

from __future__ import annotations

from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any

from crm_mocks.contract.operation import Operation
from crm_mocks.contract.parameter import Parameter
from crm_mocks.mock_response import MockResponse
from crm_mocks.parsing.coercion import coerce_scalar
from crm_mocks.parsing.media_types import ContentType, Unreadable, content_type
from crm_mocks.parsing.parameter_styles import ABSENT, UNKNOWN, styled_value
from crm_mocks.request_context import RequestContext
from crm_mocks.request_problem import RequestProblem
from crm_mocks.schema_errors import bounded_errors, schema_violations
from crm_mocks.secret_values import shown_name
from crm_mocks.sent_value import sent_value
from crm_mocks.violations import Violation


def read_body(context: RequestContext) -> None:
    """Decode the body by its media type; a body that cannot be decoded is recorded in the context, not raised."""
    documented = context.operation.body if context.operation else None
    if documented is None or not context.has_body:
        return
    kind = content_type(context.headers.get("content-type", ""))
    context.media_type = kind.media_type or documented.default_media_type or ""
    if documented.media_types.get(context.media_type) is None:
        return
    try:
        encoding = context.headers.get("content-encoding")
        if encoding is not None and encoding.lower() != "identity":
            raise Unreadable("the body is compressed, which is not supported", "host-content-encoding")
        if kind.media_type != context.media_type:
            kind = ContentType(context.media_type, kind.charset)
        context.body = context.vendor.decode(context, kind)
        context.is_translated = context.media_type != kind.media_type
    except Unreadable as error:
        # Without its traceback, which refers to the context and to the text that was parsed.
        context.unreadable = Unreadable(str(error), error.basis)


def validate_request(context: RequestContext) -> RequestProblem | None:
    """Validate the request: record every violation, and return the problem, or `None`.

    The result is cached in the context.
    """
    if context.problem is not False:
        assert not isinstance(context.problem, bool)
        return context.problem
    operation = context.operation
    assert operation is not None  # called for matched requests only
    if operation.deprecated:
        context.notice("deprecated", ("path",), f"the operation {operation.id} is deprecated")
    previous = len(context.violations)
    for parameter in operation.parameters:
        context.violations.extend(_validate_parameter(context, parameter))
    problem = _validate_body(context, operation)
    if problem is None and len(context.violations) > previous:
        problem = RequestProblem.VIOLATIONS
    context.problem = problem
    return problem


def _validate_parameter(context: RequestContext, parameter: Parameter) -> list[Violation]:
    if not parameter.is_plain or parameter.place == "cookie":
        return _styled_violations(parameter, _pairs(context, parameter))
    if parameter.place == "header":
        raw = context.headers.get(parameter.name)
    elif parameter.place == "query":
        raw = context.query.get(parameter.name)
    else:
        raw = context.path_parameters.get(parameter.name)
    return parameter_violations(parameter, raw) if raw is not None or parameter.required else []


def _pairs(context: RequestContext, parameter: Parameter) -> Sequence[tuple[str, str]]:
    """Return the names and values in the place of a parameter."""
    if parameter.place == "query":
        return context.query_pairs
    if parameter.place == "cookie":
        try:
            cookies = SimpleCookie(context.headers.get("cookie", ""))
        except CookieError:
            return []
        return [(name, morsel.value) for name, morsel in cookies.items()]
    values = context.headers if parameter.place == "header" else context.path_parameters
    return [(parameter.name, values[parameter.name])] if parameter.name in values else []


def _styled_violations(parameter: Parameter, pairs: Sequence[tuple[str, str]]) -> list[Violation]:
    """Return the violations of an array, an object, a cookie, or a value of several possible types."""
    value = styled_value(parameter, pairs)
    if value is UNKNOWN:
        return []
    if value is ABSENT:
        return parameter_violations(parameter, None)
    errors = parameter.validator.iter_errors(value)
    return schema_violations(errors, (parameter.place, parameter.name), parameter.marks)


def parameter_violations(parameter: Parameter, raw: str | None) -> list[Violation]:
    """Return the violations of a parameter.

    Args:
        parameter: parameter of a request, or header of a response.
        raw: value as sent; `None` if absent.
    """
    location = (parameter.place, parameter.name)
    if raw is None:
        message = f"{parameter.place} parameter '{parameter.name}' is required"
        missing = Violation(location, "required", message, parameter.name, parameter.basis)
        return [missing] if parameter.required else []
    raw = raw.encode("utf-8", "replace").decode()  # validators take no lone surrogates, which recordings may have
    if not parameter.is_plain:
        return _styled_violations(parameter, [(parameter.name, raw)])
    errors = parameter.validator.iter_errors(coerce_scalar(raw, parameter.type))
    return schema_violations(errors, location, parameter.marks)


def _validate_body(context: RequestContext, operation: Operation) -> RequestProblem | None:
    documented = operation.body
    if documented is None or not (context.has_body or documented.required):
        return None
    if not context.has_body:
        context.violate(("body",), "required", "a body is required", "body", basis=documented.basis)
        return RequestProblem.VIOLATIONS
    media_type = documented.media_types.get(context.media_type)
    if media_type is None:
        actual = shown_name(context.media_type) or "no Content-Type"
        allowed = list(documented.media_types)
        context.violate(
            ("header", "content-type"),
            "mediaType",
            f"must be {' or '.join(allowed)}, is {actual}",
            allowed,
            basis=documented.media_types_basis,
            sent=sent_value(context.media_type, ("header", "content-type")) if context.media_type else "",
        )
        return RequestProblem.UNSUPPORTED_MEDIA_TYPE
    if context.unreadable is not None:
        context.violate(("body",), "syntax", str(context.unreadable), basis=context.unreadable.basis)
        return RequestProblem.UNREADABLE_BODY
    if media_type.quiet.is_valid(context.body):
        return None
    if media_type.shape.gives_notices:
        media_type.shape.add_notices(context.body, ("body",), context.notices)
    if media_type.validator.is_valid(context.body):
        return None
    errors = bounded_errors(media_type.validator, context.body)
    context.violations.extend(schema_violations(errors, ("body",), media_type.marks))
    return RequestProblem.VIOLATIONS


def is_quiet_response(operation: Operation, response: MockResponse) -> bool:
    """Return whether a response of the mock breaks no rule and has no members that the contract does not document.

    Args:
        operation: operation of the request.
        response: the response before serialization.
    """
    documented, outcome = operation.response(response.status), operation.outcomes.get(response.outcome)
    if documented is None or outcome is None or outcome.status != response.status:
        return False
    quiet = documented.quiet.get(response.media_type)
    return quiet is not None and quiet.is_valid(response.body)


def response_defects(
    operation: Operation, status: int, outcome: str, media_type: str, body: Any, *, is_valid: bool = False
) -> list[str]:
    """Return messages about contract rules that a response of the mock breaks; normally none.

    Args:
        operation: operation of the request.
        status: HTTP status.
        outcome: name of the example that the response represents.
        media_type: media type; empty without a body.
        body: body before serialization.
        is_valid: the body is known to match its schema.
    """
    response = operation.response(status)
    if response is None:
        return [f"status {status} is not documented"]
    documented = operation.outcomes.get(outcome)
    defects = (
        [] if documented and documented.status == status else [f"'{outcome}' is not an example of status {status}"]
    )
    if not media_type and not response.validators:
        return defects
    validator = response.validators.get(media_type)
    if validator is None:
        return [*defects, f"media type '{media_type}' is not documented for status {status}"]
    if not is_valid and not validator.is_valid(body):
        defects += [
            f"{'.'.join(map(str, each.location))}: {each.message}"
            for each in schema_violations(validator.iter_errors(body), ("body",))
        ]
    return defects
