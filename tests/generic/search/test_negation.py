from __future__ import annotations

import jsonschema_rs
import pytest

from crm_mocks.generic.search.negation import negated

VALUES = (
    None,
    True,
    0,
    3,
    -2,
    0.5,
    "",
    "abc",
    "2026-01-31",
    [],
    [1],
    [1, 1],
    ["a", 2, 3],
    {},
    {"a": 1},
    {"a": "x", "b": 2},
)

SCHEMAS = (
    True,
    False,
    {"type": "integer"},
    {"type": ["string", "number"]},
    {"enum": [3, "abc"]},
    {"minLength": 1, "maxLength": 3},
    {"minimum": 0, "exclusiveMaximum": 3},
    {"multipleOf": 2},
    {"pattern": "^a"},
    {"format": "date"},
    {"minItems": 1, "maxItems": 2},
    {"uniqueItems": True},
    {"minProperties": 1, "maxProperties": 1},
    {"required": ["a", "b"]},
    {"properties": {"a": {"type": "integer"}}},
    {"items": {"type": "integer"}},
    {"prefixItems": [{"type": "string"}, {"type": "integer"}]},
    {"contains": {"type": "integer"}, "minContains": 2, "maxContains": 2},
    {"dependentRequired": {"a": ["b"]}},
    {"dependentSchemas": {"a": {"required": ["b"]}}},
    {"allOf": [{"type": "object"}, {"required": ["a"]}]},
    {"anyOf": [{"type": "array"}, {"minimum": 1}]},
    {"oneOf": [{"type": "number"}, {"minimum": 1}]},
    {"not": {"type": "string"}},
)


def _matching(schema):
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return [value for value in VALUES if validator.is_valid(value)]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_exactly_the_other_values_match(schema):
    opposites = negated(schema)
    assert opposites is not None
    assert _matching({"anyOf": [False, *opposites]}) == _matching({"not": schema})


def test_a_wrong_member_without_description_has_a_name_of_its_own():
    opposites = negated({"properties": {"other": True}, "additionalProperties": {"type": "string"}})
    assert jsonschema_rs.is_valid({"anyOf": opposites}, {"other": "a", "other_": 1})


@pytest.mark.parametrize("schema", [{"patternProperties": {"a": {}}}, {"unevaluatedItems": False}], ids=str)
def test_what_is_not_understood_has_no_opposite(schema):
    assert negated(schema) is None
