"""Values built from a schema."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from crm_contracts.fuzz.schema_values import SchemaValueBuilder
from crm_mocks.contract.schema import Schemas

SEARCH = settings(max_examples=2_000, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(SEARCH, max_examples=100, phases=[Phase.generate])
DOCUMENT = {
    "components": {
        "schemas": {
            "Tree": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 5},
                    "left": {"$ref": "#/components/schemas/Tree"},
                    "right": {"$ref": "#/components/schemas/Tree"},
                },
            }
        }
    }
}
MEMBER = {"type": "object", "properties": {"a": {"type": "integer", "nullable": True}}}


def values(schema, document=DOCUMENT):
    builder = SchemaValueBuilder(document)

    @st.composite
    def value(draw):
        return builder.value(draw, schema)

    return value()


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "local-date-time"},
        {"type": "string", "format": "date-time-0-7"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "minLength": 2, "maxLength": 4},
        {"type": "string", "pattern": "^[A-Z]{2}$"},
        {"type": "integer", "format": "int32"},
        {"type": "integer", "minimum": 1, "maximum": 3},
        {"type": "number", "minimum": 0.5},
        {"enum": ["a", "b", None], "type": "string", "nullable": True},
        {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 4},
        {"type": "object", "additionalProperties": {"type": "string"}, "minProperties": 0},
        {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "minProperties": 1},
        {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "maxProperties": 1},
        {"type": "object", "required": ["unnamed"]},
        {"$ref": "#/components/schemas/Tree"},
        {"allOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "object", "properties": {"a": {"type": "string"}}}]},
        {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    ],
    ids=str,
)
def test_a_value_is_valid(schema):
    validator = Schemas("built", DOCUMENT).compile(schema)

    @MANY
    @given(value=values(schema))
    def holds(value):
        assert validator.is_valid(value)

    holds()


@pytest.mark.parametrize("expected", [{}, {"a": None}, {"a": 0}], ids=["absent", "null", "present"])
def test_a_member_may_be_absent_null_or_present(expected):
    assert find(values(MEMBER), lambda value: value == expected, settings=SEARCH) == expected


@pytest.mark.parametrize("digits", range(8))
@pytest.mark.parametrize("zone", ["Z", "+00:00", "-03:30", "+14:00"])
def test_a_date_time_has_any_fraction_and_any_offset(digits, zone):
    fraction = rf"\.\d{{{digits}}}" if digits else ""
    form = re.compile(rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d{fraction}{re.escape(zone)}")
    date_times = values({"type": "string", "format": "date-time"})
    assert find(date_times, form.fullmatch, settings=SEARCH)


def test_values_of_a_recursive_schema_are_finite():
    deep = find(values({"$ref": "#/components/schemas/Tree"}), lambda value: "left" in value.get("left", {}))
    assert deep == {"name": "", "left": {"name": "", "left": {"name": ""}}}
