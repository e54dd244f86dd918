"""Parse the Retry-After header (RFC 9110, section 10.2.3): seconds or a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

RETRY_AFTER_STATUSES: Final = frozenset({429, 503})
"""Statuses whose Retry-After header asks clients to wait."""

MAX_SECONDS: Final = 999_999_999
_MAX_LENGTH: Final = 64
"""Maximum length of the header in characters."""


def retry_after(headers: Iterable[tuple[str, str]], now: datetime) -> float:
    """Return the seconds that a response asks to wait; 0 if Retry-After is absent or invalid.

    Args:
        headers: response headers.
        now: current time, with time zone.

    Example:
        >>> retry_after([("Retry-After", "120")], datetime.now(UTC))
        120
    """
    return seconds(next((value for name, value in headers if name.lower() == "retry-after"), ""), now)


def seconds(value: str, now: datetime) -> float:
    """Return the seconds that a Retry-After value asks to wait; 0 if it is invalid."""
    value = value.strip()
    if len(value) > _MAX_LENGTH or not value.isascii():
        return 0
    if value.isdecimal():
        return min(int(value), MAX_SECONDS)  # at most 64 digits
    try:
        moment = parsedate_to_datetime(value)
        aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        return min(max((aware - now).total_seconds(), 0), MAX_SECONDS)
    except (ValueError, OverflowError, TypeError, IndexError):  # what the parser of dates raises for odd ones
        return 0
