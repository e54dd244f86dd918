"""The pattern of dates, for tools that do not know their format, says the same as the format."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_mocks.contract.schema import FORMATS
from crm_mocks.vendor import load_vendor

SCHEMAS = load_vendor("leadbank").contract_file.document["components"]["schemas"]
PATTERN = SCHEMAS["LeadEvent"]["properties"]["DateAction"]["pattern"]
IS_DATE = FORMATS["date-time-0-7"]


def number(most, digits):
    return st.integers(0, most).map(lambda value: f"{value:0{digits}d}")


YEARS = st.sampled_from(["0000", "0001", "0004", "0100", "1900", "2000", "2023", "2024", "2100", "2400"]) | number(
    9999, 4
)
FRACTIONS = st.text("0123456789", max_size=8).map(lambda digits: f".{digits}") | st.just("")
ZONES = st.sampled_from(["", "Z", "z"]) | st.tuples(st.sampled_from("+-"), number(25, 2), number(61, 2)).map(
    lambda parts: f"{parts[0]}{parts[1]}:{parts[2]}"
)
TEXTS = st.tuples(YEARS, number(13, 2), number(32, 2), number(25, 2), number(61, 2), number(61, 2), FRACTIONS, ZONES)


@settings(max_examples=2000, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS)
def test_pattern_and_format_agree(parts):
    year, month, day, hour, minute, second, fraction, zone = parts
    text = f"{year}-{month}-{day}T{hour}:{minute}:{second}{fraction}{zone}"
    if hour != "24":  # some versions of Python take it for midnight
        assert bool(re.search(PATTERN, text)) is IS_DATE(text)


@pytest.mark.parametrize("year", ["0000", "0004", "0100", "0400", "1900", "1904", "2000", "2023", "2024", "2100"])
def test_leap_days_are_right(year):
    text = f"{year}-02-29T00:00:00"
    assert bool(re.search(PATTERN, text)) is IS_DATE(text)


@pytest.mark.parametrize("place", [("LeadEvent", "DateAction"), ("Lead", "CreateDate"), ("Lead", "QualificationDate")])
def test_each_date_has_the_pattern(place):
    schema, name = place
    assert SCHEMAS[schema]["properties"][name]["pattern"] == PATTERN
