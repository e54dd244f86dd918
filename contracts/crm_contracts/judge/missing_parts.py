"""What can be said of an exchange although its recording lacks parts, or has them redacted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange, Part
from crm_mocks.asgi.redaction import REDACTED
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import Violation

_ABOUT_CREDENTIALS: Final = frozenset({401, 403})


def certain_of_request(exchange: Exchange, context: RequestContext) -> tuple[Violation, ...]:
    """Return the violations of a request without those that missing parts may explain.

    Args:
        exchange: as recorded.
        context: its request, validated.
    """
    found = context.violations
    if Part.REQUEST_BODY in exchange.missing_parts:
        found = [each for each in found if each.location[0] != "body" and each.rule != "mediaType"]
    if Part.CREDENTIALS in exchange.missing_parts and exchange.status not in _ABOUT_CREDENTIALS:
        found = [each for each in found if each.rule != "credentials"]
    sent = {"body": context.body, "header": context.headers, "query": context.query}
    return tuple(_not_redacted(found, sent))


def certain_of_response(exchange: Exchange, found: Iterable[Violation], body: Any) -> tuple[Violation, ...]:
    """Return the violations of a response likewise.

    Args:
        exchange: as recorded.
        found: what breaks the contract in the response.
        body: its decoded body.
    """
    if Part.RESPONSE_BODY in exchange.missing_parts:
        found = [each for each in found if each.location[0] != "body"]
    headers = {name.lower(): value for name, value in exchange.response_headers}
    return tuple(_not_redacted(found, {"body": body, "header": headers}))


def _not_redacted(found: Iterable[Violation], sent: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield the violations of values that are not redacted: those that are may have been right."""
    for each in found:
        value: Any = sent
        for step in each.location:
            value = _inner(value, step)
        if value != REDACTED:
            yield each


def _inner(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
