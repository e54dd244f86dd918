"""Select the violations that are certain although parts of a recording are missing or redacted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange, Part
from crm_mocks.asgi.redaction import REDACTED
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import Violation

_CREDENTIALS_STATUSES: Final = frozenset({401, 403})


def certain_request_violations(exchange: Exchange, context: RequestContext) -> tuple[Violation, ...]:
    """Return the violations in a request that missing parts cannot explain.

    Args:
        exchange: recorded exchange.
        context: validated request.
    """
    violations = context.violations
    if Part.REQUEST_BODY in exchange.missing_parts:
        violations = [
            violation for violation in violations if violation.location[0] != "body" and violation.rule != "mediaType"
        ]
    if Part.CREDENTIALS in exchange.missing_parts and exchange.status not in _CREDENTIALS_STATUSES:
        violations = [violation for violation in violations if violation.rule != "credentials"]
    sent = {"body": context.body, "header": context.headers, "query": context.query}
    return tuple(_not_redacted(violations, sent))


def certain_response_violations(
    exchange: Exchange, violations: Iterable[Violation], body: Any
) -> tuple[Violation, ...]:
    """Return the violations in a response that missing parts cannot explain.

    Args:
        exchange: recorded exchange.
        violations: violations in the response.
        body: decoded body of the response.
    """
    if Part.RESPONSE_BODY in exchange.missing_parts:
        violations = [violation for violation in violations if violation.location[0] != "body"]
    headers = {name.lower(): value for name, value in exchange.response_headers}
    return tuple(_not_redacted(violations, {"body": body, "header": headers}))


def _not_redacted(violations: Iterable[Violation], sent: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield the violations whose values are not redacted; redacted values may have been valid."""
    for violation in violations:
        value: Any = sent
        for step in violation.location:
            value = _inner(value, step)
        if value != REDACTED:
            yield violation


def _inner(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
