"""Patterns in place of formats."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from crm_mocks.contract.format_patterns import PATTERNS, with_patterns
from crm_mocks.contract.schema import FORMATS, Schemas

_CHARACTERS = "0123456789-:.+TtZzab \n\u0660\u00e9"
_VALID = {
    "date": ("2024-02-29", "2023-12-31", "0001-01-01", "2000-02-29", "9999-06-30"),
    "date-time": ("2024-02-29T23:59:59Z", "2018-04-09t18:05:00.123456789+23:59", "0400-02-29T00:00:00z"),
    "local-date-time": ("2024-02-29T23:59:59", "2018-04-09T18:05:00.1234567"),
    "local-date-or-date-time": ("2024-02-29", "2018-04-09T18:05:00"),
    "date-time-0-7": ("2018-04-09T18:05:00.1Z", "2018-04-09T18:05:00", "2018-04-09T18:05:00-00:00"),
    "date-time-or-empty": ("", "2024-02-29T23:59:59Z"),
    "uuid": ("2340b1cc-3fe7-4f81-8eca-f92181dd2bb4", "2340B1CC-3FE7-4F81-8ECA-F92181DD2BB4"),
}


def texts(name: str) -> Iterator[str]:
    """Yield strings that have a format, and many that nearly have it."""
    random = Random(name)
    yield from _VALID[name]
    for year in (0, 1, 4, 100, 400, 1900, 2000, 2023, 2024, 2100):
        for month in range(14):
            for day in (0, 1, 28, 29, 30, 31, 32):
                date = f"{year:04}-{month:02}-{day:02}"
                yield from (date, *(date + text[10:] for text in _VALID[name] if "-" in text and name != "uuid"))
    for hour, minute, second in ((23, 59, 59), (24, 0, 0), (0, 60, 0), (0, 0, 60), (0, 0, 61)):
        for zone in ("", "Z", "+24:00", "-23:60", "+00:00"):
            yield f"2024-01-01T{hour:02}:{minute:02}:{second:02}{zone}"
    for _ in range(3000):
        text = random.choice(_VALID[name])
        for _ in range(random.randint(1, 2)):
            at, kept = random.randint(0, len(text)), random.randint(0, 1)
            text = text[:at] + random.choice((*_CHARACTERS, "")) + text[at + kept :]
        yield text


@pytest.mark.parametrize("name", FORMATS)
def test_a_pattern_matches_what_has_the_format(name: str) -> None:
    matches = jsonschema_rs.Draft4Validator(
        {"pattern": PATTERNS[name]}, pattern_options=jsonschema_rs.RegexOptions()
    ).is_valid
    differing = [text for text in texts(name) if matches(text) is not FORMATS[name](text)]
    assert differing == []


def test_members_and_values_are_not_taken_for_keywords() -> None:
    schema = {
        "properties": {"format": {"type": "string", "format": "date"}, "enum": {"format": "uuid"}},
        "enum": [{"format": "date"}],
        "required": ["format"],
    }
    date, uuid = ({"allOf": [{"pattern": PATTERNS[name]}]} for name in ("date", "uuid"))
    assert with_patterns(schema) == schema | {"properties": {"format": {"type": "string"} | date, "enum": uuid}}


def test_a_pattern_stands_beside_what_a_schema_has_already() -> None:
    schema = {"format": "date", "pattern": "^2", "allOf": [{"maxLength": 10}]}
    changed = with_patterns(schema)
    assert changed == {"pattern": "^2", "allOf": [{"maxLength": 10}, {"pattern": PATTERNS["date"]}]}
    assert schema["format"] == "date"


@pytest.mark.parametrize("value", [{"on": "2024-02-30"}, {"on": 7}, {"on": None}, {"on": "2024-02-29"}, {}])
def test_a_validator_finds_errors_where_a_value_is_invalid(value: Any) -> None:
    document = {"components": {"schemas": {"Day": {"type": "string", "format": "date", "nullable": True}}}}
    schema = {"properties": {"on": {"$ref": "#/components/schemas/Day"}}}
    validator = Schemas("test", document).compile(schema)
    errors = list(validator.iter_errors(value))
    assert validator.is_valid(value) is (not errors)
    assert all(error.kind.name in ("format", "type") for error in errors)
