"""Formats of strings, for judging whether an enumerated value satisfies a changed `format`.

The mocks check the same formats; this package does not import them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from uuid import UUID

_DATE_AND_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_OFFSET: Final = r"(Z|[+-]\d\d:\d\d)"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FRACTION: Final = re.compile(r"\.\d+")
_ZONED: Final = rf"{_DATE_AND_TIME}(\.\d+)?{_OFFSET}"


def _moment(pattern: str, flags: re.RegexFlag = re.ASCII) -> Callable[[str], bool]:
    """Return a check for existing dates and times of a form."""
    compiled = re.compile(pattern, flags)
    return lambda text: (
        compiled.fullmatch(text) is not None
        and _parses(datetime.fromisoformat, _FRACTION.sub("", text, count=1).upper())
    )


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and _parses(date.fromisoformat, text)


_is_local: Final = _moment(rf"{_DATE_AND_TIME}(\.\d{{1,7}})?")

FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date": _is_date,
    "date-time": _moment(_ZONED, re.ASCII | re.IGNORECASE),
    "date-time-or-empty": lambda text: not text or _moment(_ZONED, re.ASCII | re.IGNORECASE)(text),
    "local-date-time": _is_local,
    "local-date-or-date-time": lambda text: _is_date(text) or _is_local(text),
    "date-time-0-7": _moment(rf"{_DATE_AND_TIME}(\.\d{{1,7}})?{_OFFSET}?"),
    "uuid": lambda text: _UUID.fullmatch(text) is not None and _parses(UUID, text),
}
