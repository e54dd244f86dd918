"""Strategies for the contracts' own formats; schemathesis generates arbitrary strings for formats it does not know."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from hypothesis import strategies

_DATETIMES: Final = strategies.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1))  # noqa: DTZ001  # the zone is appended
_FRACTIONS: Final = strategies.one_of(strategies.just(""), strategies.from_regex(r"\.[0-9]{1,7}", fullmatch=True))
_ZONES: Final = strategies.sampled_from(["", "Z", "+00:00", "+02:00", "-05:30"])

_LOCAL_DATE_TIMES: Final = strategies.builds(
    lambda moment, fraction: moment.isoformat(timespec="seconds") + fraction, _DATETIMES, _FRACTIONS
)

FORMATS: Final[dict[str, strategies.SearchStrategy[str]]] = {
    "local-date-time": _LOCAL_DATE_TIMES,
    "local-date-or-date-time": strategies.one_of(
        strategies.builds(datetime.strftime, _DATETIMES, strategies.just("%Y-%m-%d")), _LOCAL_DATE_TIMES
    ),
    "date-time-0-7": strategies.builds(str.__add__, _LOCAL_DATE_TIMES, _ZONES),
    "date-time-or-empty": strategies.one_of(
        strategies.just(""), strategies.builds(str.__add__, _LOCAL_DATE_TIMES, _ZONES.filter(bool))
    ),
}
"""Strategies by format: those in `crm_mocks.contract.schema.FORMATS` that OpenAPI does not define."""
