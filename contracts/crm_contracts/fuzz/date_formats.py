"""Dates and times in the forms that APIs use, including invalid ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

FORMATS: Final = frozenset(
    {"date", "date-time", "local-date-time", "local-date-or-date-time", "date-time-0-7", "date-time-or-empty"}
)
_DATE_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)?")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_OFFSETS: Final = (
    ("", "no offset"),
    ("Z", "Z"),
    ("+00:00", "+00:00"),
    ("-03:30", "an unusual offset"),
    ("+14:00", "the largest offset"),
)
_MAX_DIGITS: Final = 7


def is_date(text: str, form: Any) -> bool:
    """Return whether a string is a date or a date and time, by the format in its schema or by its form."""
    return form in FORMATS or bool(_DATE_TIME.fullmatch(text) or _DATE.fullmatch(text))


def forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield a date or time in other forms, and unusual dates, each with a description."""
    match = _DATE_TIME.fullmatch(text)
    day, time = match.groups() if match else (text if _DATE.fullmatch(text) else "2026-02-28", "12:30:59")
    for digits in range(_MAX_DIGITS + 1):
        fraction = f".{'1234567'[:digits]}" if digits else ""
        for offset, description in _OFFSETS:
            value = f"{day}T{time}{fraction}{offset}"
            yield value, f"a date and time with {digits} fractional digits and {description}"
    yield f"{day}t{time}z", "a date and time in lower case"
    yield f"{day} {time}", "a date and time separated by a space"
    yield day, "a date without time"
    yield "2024-02-29", "a leap day"
    yield "0001-01-01", "the first day of the calendar"
    yield "9999-12-31", "the last day of the calendar"
    yield f"{day}T23:59:60Z", "a leap second"
    yield f"{day}T24:00:00", "midnight as hour 24"
    yield "2026-02-30", "a date that does not exist"
    yield "28/02/2026", "a date in local format"
    yield "0000-00-00", "a date of zeros"
