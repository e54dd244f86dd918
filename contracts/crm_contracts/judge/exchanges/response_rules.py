"""Validate a response against the documentation of its operation and status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from crm_contracts.judge.basis import common_basis
from crm_contracts.judge.exchange import Exchange, Headers, Part
from crm_mocks.asgi.validation import parameter_violations
from crm_mocks.contract import Operation
from crm_mocks.contract.outcome import DocumentedResponse, is_json
from crm_mocks.parsing.media_types import ContentType, Unreadable, content_type, decode
from crm_mocks.schema_errors import bounded_errors, schema_violations
from crm_mocks.settings.host import HostSettings
from crm_mocks.violations import Violation

UNDOCUMENTED_STATUS: Final = "undocumented-status"
_BODILESS: Final = frozenset({204, 304})
_JSON: Final = "application/json"
_LIMITS: Final = HostSettings(values=1_000_000, nesting=200)
"""Limits of a body; validators do not reach deeper nesting."""


def response_violations(operation: Operation, exchange: Exchange) -> tuple[list[Violation], Any]:
    """Return the violations in a response, and the decoded body, or `None` if it is not readable.

    Args:
        operation: operation that was called.
        exchange: exchange with a response.
    """
    response = operation.response(exchange.status)
    body, unreadable = _decoded(exchange)
    if response is None:
        return [_undocumented(operation, exchange)], body
    violations = list(_header_violations(response, exchange.response_headers))
    if exchange.method != "HEAD" and exchange.status not in _BODILESS:
        violations += _body_violations(response, exchange, body, unreadable)
    return violations, body


def _undocumented(operation: Operation, exchange: Exchange) -> Violation:
    documented = ", ".join(str(status) for status, each in operation.responses.items() if not each.protocol)
    message = f"{exchange.status} is not documented: the operation answers {documented}{_sender_hint(exchange)}"
    basis = undocumented_basis(operation)
    return Violation(("status",), UNDOCUMENTED_STATUS, message, list(operation.responses), basis, str(exchange.status))


def undocumented_basis(operation: Operation) -> str:
    """Return the basis of the rule that an operation has no other statuses: a position if all of them rest on one."""
    return common_basis(response.basis for response in operation.responses.values() if not response.protocol)


def _sender_hint(exchange: Exchange) -> str:
    """Return the end of a sentence if a response appears to be a redirect or a proxy's page, not the provider's."""
    target = header(exchange.response_headers, "location")
    if target and 300 <= exchange.status < 400:
        location = target.partition("?")[0].rpartition("@")[2]  # without possible secrets
        return f"; this one redirects to {location}"
    kind = content_type(header(exchange.response_headers, "content-type") or "").media_type
    return ", a page as sent by proxies and gateways" if kind == "text/html" else ""


def _decoded(exchange: Exchange) -> tuple[Any, str]:
    """Return the decoded body, or why it does not match its media type. JSON is assumed if none is sent."""
    kind = content_type(header(exchange.response_headers, "content-type") or "")
    try:
        return decode(exchange.response_body, ContentType(kind.media_type or _JSON, kind.charset), _LIMITS), ""
    except Unreadable as error:
        return None, str(error)


def _body_violations(
    response: DocumentedResponse, exchange: Exchange, body: Any, unreadable: str
) -> Iterator[Violation]:
    if not response.validators:
        if exchange.response_body:
            yield Violation(("body",), "body", "no body is documented, but one was sent", basis=response.body_basis)
        return
    if not exchange.response_body:
        if not any(not is_json(name) and candidate.is_valid("") for name, candidate in response.validators.items()):
            yield Violation(("body",), "required", "a body is documented, but none was sent", basis=response.body_basis)
        return
    media_type = _media_type(response, exchange)
    validator = response.validators.get(media_type)
    if validator is None:
        allowed = list(response.validators)
        actual = f"{media_type or 'no Content-Type'}{_sender_hint(exchange)}"
        message = f"must be {' or '.join(allowed)}, is {actual}"
        yield Violation(("header", "content-type"), "mediaType", message, allowed, response.body_basis)
    elif unreadable:
        yield Violation(("body",), "syntax", unreadable, basis=response.body_basis)
    elif not validator.is_valid(body):
        errors = bounded_errors(validator, body)
        yield from schema_violations(errors, ("body",), response.marks[media_type], resolve_choices=True)


def _media_type(response: DocumentedResponse, exchange: Exchange) -> str:
    """Return the media type of a response: JSON if Content-Type was not recorded."""
    recorded = content_type(header(exchange.response_headers, "content-type") or "").media_type
    is_unrecorded = not recorded and Part.RESPONSE_HEADERS in exchange.missing_parts
    return next(filter(is_json, response.validators), "") if is_unrecorded else recorded


def _header_violations(response: DocumentedResponse, headers: Headers) -> Iterator[Violation]:
    for parameter in response.headers:
        yield from parameter_violations(parameter, header(headers, parameter.name))


def header(headers: Headers, name: str) -> str | None:
    """Return the value of a header by its lower-case name; values of repeated headers are joined with commas."""
    values = [value for header_name, value in headers if header_name.lower() == name]
    return ", ".join(values) if values else None
