"""Reading the header Retry-After (RFC 9110, section 10.2.3): seconds, or a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

RETRY_AFTER_STATUSES: Final = frozenset({429, 503})
"""Statuses whose Retry-After says when a client may come back."""

MAX_SECONDS: Final = 999_999_999
_MAX_LENGTH: Final = 64
"""Characters of a header that is read."""


def retry_after(headers: Iterable[tuple[str, str]], now: datetime) -> float:
    """Return the seconds that a response asks to wait; 0 if it asks nothing, or nothing legible.

    Args:
        headers: of the response.
        now: with a time zone; a date is counted from here.

    Example:
        >>> retry_after([("Retry-After", "120")], datetime.now(UTC))
        120
    """
    return seconds(next((value for name, value in headers if name.lower() == "retry-after"), ""), now)


def seconds(value: str, now: datetime) -> float:
    """Return the seconds that the value of a Retry-After asks to wait; see `retry_after`."""
    value = value.strip()
    if len(value) > _MAX_LENGTH or not value.isascii():
        return 0
    if value.isdecimal():
        return min(int(value), MAX_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return min(max((aware - now).total_seconds(), 0), MAX_SECONDS)
    except (ValueError, OverflowError):
        return 0
