"""What is known of an exchange although parts of it were left out, or struck out, by whoever recorded it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from crm_contracts.examination.exchange import Exchange, Part
from crm_mocks.asgi.redaction import REDACTED
from crm_mocks.request_context import RequestContext
from crm_mocks.violations import Violation

_ABOUT_CREDENTIALS: Final = frozenset({401, 403})


def known_of_request(exchange: Exchange, context: RequestContext) -> tuple[Violation, ...]:
    """Return the violations of a request but for those that may have come of what was left out.

    Args:
        exchange: as it was recorded.
        context: its request, examined.
    """
    found = context.violations
    if Part.REQUEST_BODY in exchange.untold:
        found = [each for each in found if each.location[0] != "body" and each.rule != "mediaType"]
    if Part.CREDENTIALS in exchange.untold and exchange.status not in _ABOUT_CREDENTIALS:
        found = [each for each in found if each.rule != "credentials"]
    sent = {"body": context.body, "header": context.headers, "query": context.query}
    return tuple(_not_struck(found, sent))


def known_of_answer(exchange: Exchange, found: Iterable[Violation], body: Any) -> tuple[Violation, ...]:
    """Return the violations of an answer likewise.

    Args:
        exchange: as it was recorded.
        found: what breaks the contract in the answer.
        body: its decoded body.
    """
    if Part.ANSWER_BODY in exchange.untold:
        found = [each for each in found if each.location[0] != "body"]
    headers = {name.lower(): value for name, value in exchange.answer_headers}
    return tuple(_not_struck(found, {"body": body, "header": headers}))


def _not_struck(found: Iterable[Violation], sent: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield the violations of values that have not been struck out: nobody knows what those were."""
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
