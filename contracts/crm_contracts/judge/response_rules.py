"""Holding a response to what the contract documents for its operation and status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from crm_contracts.judge.basis import of_status
from crm_contracts.judge.exchange import Exchange, Headers
from crm_mocks.asgi.validation import parameter_violations
from crm_mocks.contract import Operation
from crm_mocks.contract.outcome import DocumentedResponse, is_json
from crm_mocks.parsing.media_types import ContentType, Unreadable, content_type, decode
from crm_mocks.schema_errors import from_schema_errors
from crm_mocks.settings.host import HostSettings
from crm_mocks.violations import Violation

UNDOCUMENTED_STATUS: Final = "undocumented-status"
_BODILESS: Final = frozenset({204, 304})
_JSON: Final = "application/json"
_LIMITS: Final = HostSettings(values=1_000_000, nesting=200)
"""Of a body: no validator looks at what is nested more deeply."""


def response_violations(operation: Operation, exchange: Exchange) -> tuple[list[Violation], Any]:
    """Return what breaks the contract in a response, and the decoded body: `None` if it is not JSON.

    Args:
        operation: that was called.
        exchange: with a response.
    """
    response = operation.responses.get(exchange.status)
    body, unreadable = _decoded(exchange)
    if response is None:
        return [_undocumented(operation, exchange)], body
    found = list(_header_violations(response, exchange.response_headers))
    if exchange.method != "HEAD" and exchange.status not in _BODILESS:
        found += _body_violations(response, exchange, body, unreadable)
    return found, body


def _undocumented(operation: Operation, exchange: Exchange) -> Violation:
    documented = ", ".join(str(status) for status, each in operation.responses.items() if not each.protocol)
    message = f"{exchange.status} is not documented: the operation answers {documented}{_sender_hint(exchange)}"
    basis = of_status(operation.responses.values(), exchange.status)
    return Violation(("status",), UNDOCUMENTED_STATUS, message, list(operation.responses), basis, str(exchange.status))


def _sender_hint(exchange: Exchange) -> str:
    """Return the end of a sentence if a response seems to be of a redirect or a proxy rather than of the provider."""
    target = header(exchange.response_headers, "location")
    if target and 300 <= exchange.status < 400:
        place = target.partition("?")[0].rpartition("@")[2]  # without what may be secret in it
        return f"; this one leads to {place}"
    kind = content_type(header(exchange.response_headers, "content-type") or "").media_type
    return ", a page such as proxies and gateways send" if kind == "text/html" else ""


def _decoded(exchange: Exchange) -> tuple[Any, str]:
    """Return the body, and why it is not what its media type says; without a media type, JSON is tried."""
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
            yield Violation(("body",), "body", "no body is documented, and one came", basis=response.body_basis)
        return
    if not exchange.response_body:
        if not any(not is_json(name) and each.is_valid("") for name, each in response.validators.items()):
            yield Violation(("body",), "required", "a body is documented, and none came", basis=response.body_basis)
        return
    media_type = content_type(header(exchange.response_headers, "content-type") or "").media_type
    validator = response.validators.get(media_type)
    if validator is None:
        allowed = list(response.validators)
        came = f"{media_type or 'no Content-Type'}{_sender_hint(exchange)}"
        message = f"must be {' or '.join(allowed)}, is {came}"
        yield Violation(("header", "content-type"), "mediaType", message, allowed, response.body_basis)
    elif unreadable:
        yield Violation(("body",), "syntax", unreadable, basis=response.body_basis)
    elif not validator.is_valid(body):
        yield from from_schema_errors(validator.iter_errors(body), ("body",), response.marks[media_type])


def _header_violations(response: DocumentedResponse, headers: Headers) -> Iterator[Violation]:
    for parameter in response.headers:
        yield from parameter_violations(parameter, header(headers, parameter.name))


def header(headers: Headers, name: str) -> str | None:
    """Return the value of a header by its lower-case name; of several, all with commas between them."""
    values = [value for each, value in headers if each.lower() == name]
    return ", ".join(values) if values else None
