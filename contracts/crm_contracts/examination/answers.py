"""Holding an answer to what the contract documents for its operation and status."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from crm_contracts.examination.exchange import Exchange, Headers
from crm_mocks.contract import Operation
from crm_mocks.contract.outcome import Response, is_json
from crm_mocks.host.validation import parameter_violations
from crm_mocks.media import content_type
from crm_mocks.schema_errors import from_schema_errors
from crm_mocks.violations import Violation

STATUS: Final = "undocumented-status"
_BODILESS: Final = frozenset({204, 304})


def answer_violations(
    operation: Operation, exchange: Exchange, document: Mapping[str, Any]
) -> tuple[list[Violation], Any]:
    """Return what breaks the contract in an answer, and the decoded body: `None` where it is no JSON.

    Args:
        operation: that was called.
        exchange: one to which an answer came.
        document: the contract in force.
    """
    response = operation.responses.get(exchange.status)
    documented = ", ".join(str(status) for status, each in operation.responses.items() if not each.protocol)
    found: list[Violation] = []
    if response is None:
        message = f"{exchange.status} is not documented: the operation answers {documented}"
        found.append(Violation(("status",), STATUS, message, list(operation.responses)))
    body, is_readable = _decoded(exchange)
    if response is not None:
        found += _header_violations(response, exchange.answer_headers)
        if exchange.method != "HEAD" and exchange.status not in _BODILESS:
            found += _body_violations(response, exchange, body, document, is_readable=is_readable)
    return found, body


def _decoded(exchange: Exchange) -> tuple[Any, bool]:
    """Return the body, and whether it is what its media type says."""
    raw = exchange.answer_body.removeprefix(codecs.BOM_UTF8)
    kind = content_type(header(exchange.answer_headers, "content-type") or "")
    try:
        text = raw.decode(kind.charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        return None, False
    if kind.media_type and not is_json(kind.media_type):
        return text, True
    try:
        return orjson.loads(text), True
    except orjson.JSONDecodeError:
        return None, False


def _body_violations(
    response: Response, exchange: Exchange, body: Any, document: Mapping[str, Any], *, is_readable: bool
) -> Iterator[Violation]:
    if not response.validators:
        if exchange.answer_body:
            yield Violation(("body",), "body", "no body is documented, and one came")
        return
    if not exchange.answer_body:
        if not any(not is_json(name) and each.is_valid("") for name, each in response.validators.items()):
            yield Violation(("body",), "required", "a body is documented, and none came")
        return
    media_type = content_type(header(exchange.answer_headers, "content-type") or "").media_type
    validator = response.validators.get(media_type)
    if validator is None:
        allowed = list(response.validators)
        message = f"must be {' or '.join(allowed)}, is {media_type or 'no Content-Type'}"
        yield Violation(("header", "content-type"), "mediaType", message, allowed)
    elif not is_readable:
        yield Violation(("body",), "syntax", "the body is not what its media type says")
    elif not validator.is_valid(body):
        yield from from_schema_errors(validator.iter_errors(body), ("body",), document)


def _header_violations(response: Response, headers: Headers) -> Iterator[Violation]:
    for parameter in response.headers:
        yield from parameter_violations(parameter, header(headers, parameter.name))


def header(headers: Headers, name: str) -> str | None:
    """Return the value of a header by its lower-case name; of several, all with commas between them."""
    values = [value for each, value in headers if each.lower() == name]
    return ", ".join(values) if values else None
