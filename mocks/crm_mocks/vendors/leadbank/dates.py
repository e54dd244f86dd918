"""Dates as the framework writes them (position `leadbank-dates`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Final

FORMS: Final = ("offset", "Z", "")
"""How a date ends: with an offset, with Z for UTC, or with nothing for local time."""

_MOST_DIGITS: Final = 7


def written(moment: datetime, form: str, random: Random) -> str:
    """Write a moment with 0 to 7 fractional digits, of which the last is no zero.

    Args:
        moment: aware; its own fraction of a second is dropped.
        form: one of `FORMS`.
        random: where digits and their number come from.
    """
    local = moment.astimezone(UTC if form == "Z" else timezone(paris_offset(moment)))
    text = local.strftime("%Y-%m-%dT%H:%M:%S") + _fraction(random)
    if form == "Z":
        return text + "Z"
    return text + local.strftime("%z")[:3] + ":00" if form == "offset" else text


def _fraction(random: Random) -> str:
    digits = random.randint(0, _MOST_DIGITS)
    if digits == 0:
        return ""
    number = random.randrange(10 ** (digits - 1)) * 10 + random.randint(1, 9)
    return f".{number:0{digits}d}"


def paris_offset(moment: datetime) -> timedelta:
    """Return how far the time in Paris is ahead of UTC; by the rule, as not every system has a zone database."""
    year = moment.astimezone(UTC).year
    summer = _last_sunday(year, 3) <= moment < _last_sunday(year, 10)
    return timedelta(hours=2 if summer else 1)


def _last_sunday(year: int, month: int) -> datetime:
    """Return the moment at which summer time begins or ends: 1 a.m. UTC on the last Sunday of a month of 31 days."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
