"""CRM.COM's arithmetic of dates and periods (facts, Answer; positions crmcom-periods, crmcom-time-to-completion)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

Period = dict[str, Any]

_UNITS: Final = {
    "MINUTES": timedelta(minutes=1),
    "HOURS": timedelta(hours=1),
    "DAYS": timedelta(days=1),
    "WEEKS": timedelta(weeks=1),
    "YEARS": timedelta(days=365),
}


def parse(text: str) -> datetime:
    """Parse a date-time without zone that fits the contract."""
    return datetime.fromisoformat(text)


def written(moment: datetime) -> str:
    """Write a date-time, with no more fractional digits than it needs."""
    text = moment.isoformat()
    return text.rstrip("0") if moment.microsecond else text


def after(start: datetime, period: Mapping[str, Any]) -> datetime:
    """Return the moment a period, rounded to whole seconds, after another.

    Raises:
        OverflowError: it is outside the years 1 to 9999.
    """
    unit: timedelta = _UNITS[period["time_period_uot"]]
    count: float = period["time_period_value"]
    return start + timedelta(seconds=round((unit * count).total_seconds()))


def in_largest_unit(length: timedelta) -> Period:
    """Return a length of time in CRM.COM's unit: years from 365 days, whole weeks, else days."""
    days = length / _UNITS["DAYS"]
    if abs(days) >= 365:
        return _period(days / 365, "YEARS")
    if days and days % 7 == 0:
        return _period(days / 7, "WEEKS")
    return _period(days, "DAYS")


def overdue(expected: datetime, created: datetime) -> Period:
    """Return the whole calendar days from expected completion to creation, or a period of nulls."""
    late = created.date() - expected.date()
    return in_largest_unit(late) if late > timedelta() else {"time_period_value": None, "time_period_uot": None}


def _period(value: float, unit: str) -> Period:
    return {"time_period_value": int(value) if value.is_integer() else value, "time_period_uot": unit}
