"""Content negotiation as the framework does it, and bodies of the contract's examples."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_mocks.vendor import RequestContext, find_outcome


def example(context: RequestContext, name: str) -> dict[str, Any]:
    """Return the example body of an outcome."""
    outcome = find_outcome(context, name)
    value: dict[str, Any] = outcome.value[outcome.media_type]
    return value


def negotiated(accept: str, own: str, offered: Iterable[str]) -> str:
    """Return the media type of a response; the framework never answers 406.

    Args:
        accept: the Accept header, or empty.
        own: media type of the request's body, used if Accept names nothing that is offered.
        offered: media types, the preferred one first.
    """
    choices = list(offered)
    for media_range in _by_quality(accept):
        for choice in choices:
            if media_range in (choice, "*/*", f"{choice.partition('/')[0]}/*"):
                return choice
    return own if own in choices else choices[0]


def _by_quality(accept: str) -> list[str]:
    """Return the media ranges of an Accept header by descending quality, without unreadable ones."""
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
