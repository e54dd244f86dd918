"""Dates and times in each form that APIs write, and some that no calendar has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

FORMATS: Final = frozenset({"date", "date-time", "local-date-time", "date-time-0-7"})
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_ZONES: Final = (
    ("", "no zone"),
    ("Z", "Z"),
    ("+00:00", "+00:00"),
    ("-03:30", "an odd zone"),
    ("+14:00", "the farthest zone"),
)
_MOST_DIGITS: Final = 7


def is_date(text: str, form: Any) -> bool:
    """Return whether a text is a date or a date and time, by the format of its schema or its form."""
    return form in FORMATS or bool(_MOMENT.fullmatch(text) or _DAY.fullmatch(text))


def forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield a date or time in other forms, and other dates, each with a description."""
    found = _MOMENT.fullmatch(text)
    day, time = found.groups() if found else (text if _DAY.fullmatch(text) else "2026-02-28", "12:30:59")
    for digits in range(_MOST_DIGITS + 1):
        fraction = f".{'1234567'[:digits]}" if digits else ""
        for zone, form in _ZONES:
            yield f"{day}T{time}{fraction}{zone}", f"a moment with {digits} digits of a second and {form}"
    yield f"{day}t{time}z", "a moment in lower case"
    yield f"{day} {time}", "a moment with a space"
    yield day, "a day without time"
    yield "2024-02-29", "a leap day"
    yield "0001-01-01", "the first day of the calendar"
    yield "9999-12-31", "the last day of the calendar"
    yield f"{day}T23:59:60Z", "a leap second"
    yield f"{day}T24:00:00", "midnight at the end of a day"
    yield "2026-02-30", "a day that does not exist"
    yield "28/02/2026", "a date in local form"
    yield "0000-00-00", "a date of zeros"
