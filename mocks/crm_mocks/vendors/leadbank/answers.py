"""Answers in the framework's manner: media type by negotiation, headers against caching, texts from the contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from crm_mocks.contract import Outcome
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_context import RequestContext

_QUOTED: Final = re.compile(r"(?<=\s)'[^']*'")


def outcomes(context: RequestContext) -> Mapping[str, Outcome]:
    """Return the outcomes of the operation called; for an unknown path or method, those of any: they share these."""
    operation = context.operation or next(iter(context.contract.operations.values()))
    return operation.outcomes


def answer(context: RequestContext, name: str, body: Any = None) -> MockResponse:
    """Return the answer of an outcome.

    Args:
        context: the request.
        name: of the outcome.
        body: what to send instead of the outcome's example.
    """
    outcome = outcomes(context)[name]
    media_type = negotiated(context.headers.get("accept", ""), context.media_type, outcome.value)
    # The host adds Allow itself, as it knows which methods the path has.
    headers = [header for header in outcome.headers.items() if header[0] != "Allow"]
    value = outcome.value[media_type] if body is None else body
    return MockResponse(outcome.status, name, value, media_type, headers)


def example(context: RequestContext, name: str) -> dict[str, Any]:
    """Return the example body of an outcome."""
    outcome = outcomes(context)[name]
    value: dict[str, Any] = outcome.value[outcome.media_type]
    return value


def requoted(text: str, value: str) -> str:
    """Return a text of the contract with what it quotes replaced."""
    return _QUOTED.sub(lambda _: f"'{value}'", text, count=1)


def negotiated(accept: str, own: str, offered: Iterable[str]) -> str:
    """Return the media type to answer with; there always is one, the framework never answers 406.

    Args:
        accept: the Accept header, or empty.
        own: media type of the request's body; it counts when Accept names nothing that is offered.
        offered: media types, the preferred one first.
    """
    choices = list(offered)
    for wanted in _by_quality(accept):
        for choice in choices:
            if wanted in (choice, "*/*", f"{choice.partition('/')[0]}/*"):
                return choice
    return own if own in choices else choices[0]


def _by_quality(accept: str) -> list[str]:
    """Return the media ranges of an Accept header, the most wanted first; unreadable ones are passed over."""
    ranges: list[tuple[float, str]] = []
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            continue
        if weight > 0:
            ranges.append((weight, media_range))
    return [media_range for _, media_range in sorted(ranges, key=lambda each: -each[0])]
