"""Dates in the framework's formats (position `leadbank-dates`)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Final

FORMS: Final = ("offset", "Z", "")
"""End of a date: an offset, Z for UTC, or nothing for local time."""

_MAX_DIGITS: Final = 7


def written(moment: datetime, form: str, random: Random) -> str:
    """Write a moment with 0 to 7 fractional digits, the last of them not zero.

    Args:
        moment: aware; its fraction of a second is dropped.
        form: one of `FORMS`.
        random: source of the digits and their number.
    """
    local = in_zone_of(moment, form)
    text = local.strftime("%Y-%m-%dT%H:%M:%S") + _fraction(random)
    if form == "Z":
        return text + "Z"
    return text + local.strftime("%z")[:3] + ":00" if form == "offset" else text


def in_zone_of(moment: datetime, form: str) -> datetime:
    """Return a moment in the time zone of a form: UTC for `Z`, else that of Paris."""
    return moment.astimezone(UTC if form == "Z" else timezone(paris_offset(moment)))


def _fraction(random: Random) -> str:
    digits = random.randint(0, _MAX_DIGITS)
    if digits == 0:
        return ""
    number = random.randrange(10 ** (digits - 1)) * 10 + random.randint(1, 9)
    return f".{number:0{digits}d}"


def paris_offset(moment: datetime) -> timedelta:
    """Return the UTC offset of Paris, computed from the rule: not every system has a time zone database."""
    year = moment.astimezone(UTC).year
    summer = _last_sunday(year, 3) <= moment < _last_sunday(year, 10)
    return timedelta(hours=2 if summer else 1)


def _last_sunday(year: int, month: int) -> datetime:
    """Return the moment at which summer time begins or ends: 1 a.m. UTC on the last Sunday of a month with 31 days."""
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
