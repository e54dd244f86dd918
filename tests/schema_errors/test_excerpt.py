"""Errors of large values, found in an excerpt."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from crm_mocks.schema_errors.excerpt import MAX_VALUES, bounded_errors

ENTRY = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
LIST = {"type": "array", "items": ENTRY}
BODY = {"type": "object", "required": ["last"], "properties": {"all": LIST, "last": {"type": "string"}}}


def errors(schema: dict[str, Any], value: Any) -> list[tuple[str, list[str | int]]]:
    validator = jsonschema_rs.Draft4Validator(schema)
    return [(error.kind.name, list(error.instance_path)) for error in bounded_errors(validator, value)]


def test_all_errors_of_a_small_value_are_found() -> None:
    assert errors(LIST, [{"id": "x"}] * 60) == [("type", [number, "id"]) for number in range(60)]


@pytest.mark.parametrize("count", [1_000, 2_000, 100_000])
def test_a_large_value_has_a_limited_number_of_errors(count: int) -> None:
    found = errors(BODY, {"all": [{"id": "x"}] * count, "last": 1})
    assert found[0] == ("type", ["all", 0, "id"])
    assert ("type", ["last"]) in found
    assert len(found) == 51
    nested = {"type": "array", "items": LIST}
    assert len(errors(nested, [[{"id": "x"}] * 40] * count)) <= MAX_VALUES


def test_an_error_behind_the_beginning_is_found() -> None:
    assert errors(LIST, [*({"id": number} for number in range(3_000)), {}]) == [("required", [3_000])]


@pytest.mark.parametrize(
    ("schema", "value", "rule"),
    [
        ({"maxItems": 100}, [1] * 2_000, "maxItems"),
        ({"minItems": 3_000}, [1] * 2_000, "minItems"),
        ({"uniqueItems": True}, [*range(2_000), 1_999], "uniqueItems"),
        ({"maxProperties": 300}, dict.fromkeys(map(str, range(2_000)), 1), "maxProperties"),
        ({"pattern": "^x*y$"}, "x" * 20_000, "pattern"),
        ({"minLength": 30_000}, "x" * 20_000, "minLength"),
        ({"maxLength": 50}, "x" * 20_000, "maxLength"),
        ({"oneOf": [{"minItems": 1_999}, {"items": {"type": "string"}, "minItems": 1}]}, [1] * 1_500, "oneOf"),
    ],
)
def test_rules_about_the_whole_value_are_checked_with_all_of_it(schema: dict[str, Any], value: Any, rule: str) -> None:
    assert errors(schema, value) == [(rule, [])]


def test_a_member_behind_the_beginning_is_not_missing() -> None:
    schema = {"required": ["last"], "additionalProperties": {"type": "integer"}}
    body = {**dict.fromkeys(map(str, range(2_000)), 1), "last": "x"}
    assert errors(schema, body) == [("type", ["last"])]
    assert errors(schema, {str(number): 1 for number in range(2_000)}) == [("required", [])]


def test_what_is_missing_of_a_long_text_breaks_no_rule() -> None:
    schema = {"properties": {"a": {"type": "string", "pattern": "y$", "minLength": 15_000}, "b": {"type": "string"}}}
    assert errors(schema, {"a": "x" * 20_000 + "y", "b": 1}) == [("type", ["b"])]


def test_a_large_valid_value_has_no_errors() -> None:
    assert errors(BODY, {"all": [{"id": 1}] * 2_000, "last": "x"}) == []
