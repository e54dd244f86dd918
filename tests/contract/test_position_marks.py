"""Marks of positions, and the basis of failed keywords."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.basis import DOCUMENT
from crm_mocks.contract.in_force import in_force
from crm_mocks.contract.position_marks import SchemaMarks, position_of
from crm_mocks.contract.schema import Schemas
from crm_mocks.errors import ContractError

SIZE = {"type": "integer", "format": "int32", "x-position": {"format": "p-size"}}
TEXT = {"type": "string", "pattern": "^[0-9]+$"}
CODE = {"type": "string", "pattern": "^[A-Z]{2}$", "x-position": {"pattern": "p-code"}}


def bases(schema: dict[str, Any], value: Any, **defaults: str) -> set[str]:
    document = {"components": {"schemas": {"Code": CODE}}}
    marks = SchemaMarks(document, schema, **defaults)
    return {marks.basis(error) for error in Schemas("test", document).compile(schema).iter_errors(value)}


@pytest.mark.parametrize(
    ("schema", "value", "basis"),
    [
        (CODE, "x", "p-code"),
        (CODE, 1, DOCUMENT),
        ({"properties": {"code": {"$ref": "#/components/schemas/Code"}}}, {"code": "x"}, "p-code"),
        (SIZE, 2**40, "p-size"),
        (SIZE, "x", DOCUMENT),
        ({"required": ["a", "b"], "x-position": {"required": "p-all"}}, {"a": 1}, "p-all"),
        ({"required": ["a", "b"], "x-position": {"required": {"b": "p-b"}}}, {"a": 1}, "p-b"),
        ({"required": ["a", "b"], "x-position": {"required": {"b": "p-b"}}}, {"b": 1}, DOCUMENT),
        (
            {"required": ["a"], "properties": {"a": {"x-position": {"x-mandatory-before": "p-old"}}}},
            {},
            "p-old",
        ),
        ({"enum": ["a"], "x-position": {"enum": ["p-first", "p-second"]}}, "b", "p-first"),
        ({"type": "string", "nullable": False, "x-position": {"nullable": "p-null"}}, None, "p-null"),
        ({"type": "string", "nullable": False, "x-position": {"nullable": "p-null"}}, 1, DOCUMENT),
        ({"enum": ["a"], "x-position": {"note": "p-note"}}, "b", DOCUMENT),
    ],
)
def test_a_failed_keyword_rests_on_what_it_is_marked_with(schema: dict[str, Any], value: Any, basis: str) -> None:
    assert bases(schema, value) == {basis}


@pytest.mark.parametrize(
    ("schema", "basis"),
    [
        ({"items": CODE, "x-position": {"items": "p-entries"}}, "p-code"),
        ({"items": TEXT, "x-position": {"items": "p-entries"}}, "p-entries"),
        ({"items": {"allOf": [TEXT]}, "x-position": {"items": "p-entries"}}, "p-entries"),
        ({"items": TEXT}, DOCUMENT),
    ],
)
def test_a_part_covers_unmarked_nodes_below_it(schema: dict[str, Any], basis: str) -> None:
    assert bases({"type": "array", **schema}, ["x"]) == {basis}


@pytest.mark.parametrize(
    ("value", "basis"),
    [(2**40, "p-size"), ("x", DOCUMENT), (None, DOCUMENT)],
    ids=["fails one alternative by a position alone", "fails each by documents", "of a wrong type for each"],
)
def test_alternatives_rest_on_a_position_where_documents_allow_the_value(value: Any, basis: str) -> None:
    assert bases({"oneOf": [SIZE, TEXT]}, value) == {basis}


SUCCESS = {
    "required": ["code", "data"],
    "properties": {
        "code": {"type": "string", "enum": ["OK"]},
        "data": {
            "properties": {"id": {"type": "string"}, "type": {"type": "string", "enum": ["NEW"]}},
            "required": ["id"],
        },
    },
}
REFUSAL = {
    "required": ["code", "data"],
    "properties": {
        "code": {"allOf": [{"type": "string", "pattern": "^E[0-9]+$", "x-position": {"pattern": "p-codes"}}]},
        "data": {"maxProperties": 0, "x-position": {"maxProperties": "p-data"}},
    },
}


@pytest.mark.parametrize("rule", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("value", "basis"),
    [
        ({"code": "OK", "data": {"id": 1}}, DOCUMENT),
        ({"code": "OK", "data": {}}, DOCUMENT),
        ({"code": "OK", "data": {"id": "1", "type": "OLD"}}, DOCUMENT),
        ({"code": "E1", "data": {"id": "1"}}, "p-data"),
        ({"code": "E1"}, DOCUMENT),
        ({"code": "broken", "data": {}}, "p-codes"),
    ],
    ids=[
        "success with a wrong type",
        "success without a member",
        "success with a value outside an enum that does not tell the alternatives apart",
        "refusal with data",
        "refusal without a member",
        "a code of neither",
    ],
)
def test_alternatives_rest_on_what_the_one_that_the_value_was_meant_for_rests_on(
    rule: str, value: Any, basis: str
) -> None:
    assert bases({rule: [SUCCESS, REFUSAL]}, value) == {basis}


def test_a_value_that_fits_several_alternatives_breaks_what_documents_state() -> None:
    assert bases({"oneOf": [{"type": "string"}, {"minLength": 1}, CODE]}, "x") == {DOCUMENT}


def test_marked_alternatives_rest_on_their_position() -> None:
    assert bases({"oneOf": [SIZE, TEXT], "x-position": {"oneOf": "p-either"}}, "x") == {"p-either"}


@pytest.mark.parametrize("value", [2**40, "x"])
def test_nullable_alternatives_are_inspected(value: Any) -> None:
    nullable = {"nullable": True, "oneOf": [SIZE, TEXT]}
    assert bases(nullable, value) == bases({"oneOf": [SIZE, TEXT]}, value)


def test_what_may_be_null_rests_on_its_own_keywords() -> None:
    assert bases({"nullable": True, "allOf": [CODE]}, "x") == {"p-code"}


def test_null_in_place_of_an_absent_member_rests_on_the_rule_of_the_body() -> None:
    schema = {"properties": {"a": {"type": "string"}}}
    assert bases(schema, {"a": None}, null_basis="p-null") == {"p-null"}
    assert bases({**schema, "required": ["a"]}, {"a": None}, null_basis="p-null") == {DOCUMENT}
    assert bases(schema, {"a": None}) == {DOCUMENT}


def test_unmarked_nodes_rest_on_the_default_of_the_schema() -> None:
    assert bases(TEXT, "x", basis="p-body") == {"p-body"}


def test_a_malformed_mark_is_rejected() -> None:
    with pytest.raises(ContractError, match=r"x-position must map parts to positions, and is p-code"):
        position_of({"type": "string", "x-position": "p-code"}, "type")


def test_a_mark_on_a_condition_is_not_a_condition() -> None:
    document = {"paths": {}, "a": {"x-position": {"x-in-force": "p-a", "x-available-before": "p-b"}}}
    assert in_force(document, {}) == document
