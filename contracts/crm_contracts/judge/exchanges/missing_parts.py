"""Select the violations that are certain although parts of a recording are missing or redacted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from crm_contracts.judge.exchange import Exchange, Part
from crm_mocks.contract import Operation
from crm_mocks.credential_names import REDACTED, is_credential_name, is_redacted
from crm_mocks.parsing.media_types import FORM
from crm_mocks.redaction.json_values import CLOSING
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import Violation

_SCALARS: Final = frozenset({"string", "number", "integer"})
_COMPARING: Final = frozenset({"const", "contains", "enum", "uniqueItems"})
"""Rules about an array or object as a whole."""

_JSON: Final = "application/json"
_JSON_STARTS: Final = (b"{", b"[")
_CREDENTIALS_STATUSES: Final = frozenset({401, 403})


def with_media_type(exchange: Exchange, operation: Operation) -> Exchange:
    """Return an exchange with the Content-Type of the request assumed if it was not recorded.

    It is JSON for a JSON body and a form for another one, if the operation accepts that; else the body is not judged.
    """
    has_type = any(name.lower() == "content-type" for name, _ in exchange.request_headers)
    if Part.REQUEST_HEADERS not in exchange.missing_parts or has_type or not exchange.request_body:
        return exchange
    documented = operation.body.media_types if operation.body is not None else {}
    assumed = _JSON if exchange.request_body.lstrip()[:1] in _JSON_STARTS else FORM
    if assumed in documented:
        return replace(exchange, request_headers=(*exchange.request_headers, ("Content-Type", assumed)))
    return replace(exchange, missing_parts=(*exchange.missing_parts, Part.REQUEST_BODY))


def certain_request_violations(
    exchange: Exchange, context: RequestContext, *, refused: bool = False
) -> tuple[Violation, ...]:
    """Return the violations in a request that missing parts cannot explain.

    Args:
        exchange: recorded exchange.
        context: validated request.
        refused: whether the response refuses the request.
    """
    missing = exchange.missing_parts
    violations: Iterable[Violation] = context.violations
    if Part.REQUEST_BODY in missing:
        violations = [violation for violation in violations if violation.location[0] != "body"]
    if (Part.REQUEST_BODY in missing or Part.REQUEST_HEADERS in missing) and "content-type" not in context.headers:
        violations = [violation for violation in violations if violation.rule != "mediaType"]
    if Part.CREDENTIALS in missing and exchange.status not in _CREDENTIALS_STATUSES:
        answer = exchange.response_body.decode("utf-8", "replace").lower() if refused else ""
        violations = [violation for violation in violations if not _may_be_filtered(violation, answer)]
    sent = {"body": context.body, "header": context.headers, "query": context.query}
    return tuple(_not_redacted(violations, sent))


def _may_be_filtered(violation: Violation, refusal: str) -> bool:
    """Return whether a violation is the absence of a credential, which recorders filter out.

    Args:
        violation: violation in a request.
        refusal: text of the response in lower case, if it refuses the request; it may ask for the credential.
    """
    if violation.rule == "credentials":
        return True
    name = str(violation.expected or "") if violation.rule == "required" else ""
    return is_credential_name(name) and name.lower() not in refusal


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
    if Part.RESPONSE_HEADERS in exchange.missing_parts:
        violations = [
            violation
            for violation in violations
            if violation.location[0] != "header" or str(violation.location[1]).lower() in headers
        ]
    return tuple(_not_redacted(violations, {"body": body, "header": headers}))


def _not_redacted(violations: Iterable[Violation], sent: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield the violations whose values are not redacted; redacted values may have been valid.

    A rule against members that are not documented does not depend on their values.
    """
    for violation in violations:
        value: Any = sent
        for step in violation.location:
            value = _inner(value, step)
        if _is_certain(violation, value):
            yield violation


def _is_certain(violation: Violation, value: Any) -> bool:
    """Return whether a rule is broken by the value that was sent, whatever that was."""
    if violation.rule in CLOSING:
        return True
    if violation.rule == "type" and is_redacted(value) and value != REDACTED:  # it was a string or a number
        types = violation.expected if isinstance(violation.expected, list) else [violation.expected]
        return _SCALARS.isdisjoint(map(str, types))
    return not (is_redacted(value) or _compares_redacted(violation.rule, value))


def _compares_redacted(rule: str, value: Any) -> bool:
    """Return whether a rule compares whole values of which a part is redacted."""
    return rule in _COMPARING and _has_redacted(value)


def _has_redacted(value: Any) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return is_redacted(value) or any(map(_has_redacted, inner))


def _inner(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
