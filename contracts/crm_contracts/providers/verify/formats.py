"""Generated values of the contracts' own formats; for a format unknown to it, schemathesis generates any text."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from hypothesis import strategies

_MOMENTS: Final = strategies.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1))  # noqa: DTZ001  # the zone is put behind
_FRACTIONS: Final = strategies.one_of(strategies.just(""), strategies.from_regex(r"\.[0-9]{1,7}", fullmatch=True))
_ZONES: Final = strategies.sampled_from(["", "Z", "+00:00", "+02:00", "-05:30"])

_local = strategies.builds(
    lambda moment, fraction: moment.isoformat(timespec="seconds") + fraction, _MOMENTS, _FRACTIONS
)

FORMATS: Final[dict[str, strategies.SearchStrategy[str]]] = {
    "local-date-time": _local,
    "date-time-0-7": strategies.builds(str.__add__, _local, _ZONES),
}
"""Strategies by the names that `crm_mocks.contract.schema.FORMATS` has beside those of OpenAPI."""
