"""OpenAPI schemas as compiled validators."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.contract.schema import FORMATS, Schemas, translate


def valid(schema: dict[str, Any], value: Any) -> bool:
    return Schemas("test", {}).compile(schema).is_valid(value)


def test_nullable_admits_null() -> None:
    assert valid({"type": "string", "nullable": True}, None)
    assert not valid({"type": "string"}, None)


def test_nullable_enum_admits_null_and_nothing_else() -> None:
    schema = {"type": "string", "enum": ["a"], "nullable": True}
    assert valid(schema, None)
    assert not valid(schema, "b")


def test_nullable_with_a_combination_admits_null() -> None:
    schema = {"nullable": True, "oneOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]}
    assert valid(schema, None)
    assert not valid(schema, "too long")


def test_a_property_named_like_a_keyword_is_kept() -> None:
    schema = {"type": "object", "properties": {"example": {"type": "integer"}, "nullable": {"type": "integer"}}}
    assert not valid(schema, {"example": "x"})
    assert not valid(schema, {"nullable": "x"})


@pytest.mark.parametrize(("format_", "most"), [("int32", 2**31 - 1), ("int64", 2**63 - 1)])
def test_integer_formats_bound_the_value(format_: str, most: int) -> None:
    schema = {"type": "integer", "format": format_}
    assert valid(schema, most)
    assert not valid(schema, most + 1)


def test_a_float_without_fraction_is_not_an_integer() -> None:
    assert not valid({"type": "integer"}, 1.0)


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("date", "2024-02-29", "2023-02-29"),
        ("date", "2000-10-10", "2000-10-1"),
        ("date-time", "2018-04-09T18:05:00+00:00", "2018-04-09T18:05:00"),
        ("date-time", "2018-04-09T18:05:00Z", "2018-04-09 18:05:00Z"),
        ("date-time", "2018-04-09T18:05:00.1234567+02:00", "2018-04-09T25:05:00Z"),
        ("local-date-time", "2015-02-20T17:28:30", "2015-02-20T17:28:30Z"),
        ("date-time-0-7", "2024-10-15T05:29:19.5139414+02:00", "2024-10-15T05:29:19.51394145+02:00"),
        ("date-time-0-7", "2024-10-15T05:29:19", "2024-10-15"),
        ("uuid", "2340b1cc-3fe7-4f81-8eca-f92181dd2bb4", "2340b1cc3fe74f818ecaf92181dd2bb4"),
    ],
)
def test_formats_are_checked(format_: str, good: str, bad: str) -> None:
    assert FORMATS[format_](good)
    assert valid({"type": "string", "format": format_}, good)
    assert not valid({"type": "string", "format": format_}, bad)


def test_references_to_components_are_followed() -> None:
    document = {"components": {"schemas": {"Name": {"type": "string", "nullable": True}}}}
    validator = Schemas("test", document).compile(
        {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Name"}}}
    )
    assert validator.is_valid({"name": None})
    assert not validator.is_valid({"name": 1})


def test_extensions_are_dropped() -> None:
    assert translate({"type": "string", "x-position": "any", "example": "e"}) == {"type": "string"}


@pytest.mark.parametrize("pattern", ["^(a|aa)+$", "^(?=a)(a|aa|a(?=a)a)+$"])
def test_no_pattern_backtracks_without_end(pattern: str) -> None:
    schema = {"type": "string", "pattern": pattern}
    assert valid(schema, "a" * 10)
    assert not valid(schema, "a" * 100 + "b")
    assert not valid(schema, "b")


def test_patterns_with_look_around_still_match() -> None:
    assert valid({"pattern": "^(?!x)y"}, "y")
    assert not valid({"pattern": "^(?!x)."}, "x")
