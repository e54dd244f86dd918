from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from crm_mocks.generic import GenericVendor
from crm_mocks.generic.values import make_value
from tests.generic.conftest import Api
from tests.supplied.documents import document, served, supplied, with_schema

_STRING = {"type": "string"}
_TREE = {
    "Tree": {
        "$dynamicAnchor": "node",
        "type": "object",
        "properties": {"name": _STRING, "children": {"type": "array", "items": {"$dynamicRef": "#node"}}},
    },
    "StrictTree": {"$dynamicAnchor": "node", "$ref": "#/components/schemas/Tree", "unevaluatedProperties": False},
    "Page": {
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "minItems": 1, "items": {"$dynamicRef": "#entry"}}},
    },
    "Base": {"type": "object", "required": ["name"], "properties": {"name": _STRING}},
}
_BASED = {"allOf": [{"$ref": "#/components/schemas/Base"}]}
_PAGE_OF_NAMES = {
    "$defs": {"entry": {"$dynamicAnchor": "entry", "type": "string"}},
    "$ref": "#/components/schemas/Page",
}

CASES: dict[str, tuple[dict[str, Any], Any, Any, str]] = {
    "contains": ({"type": "array", "contains": {"const": "main"}}, ["x", "main"], ["x"], "contains"),
    "minContains": ({"type": "array", "contains": {"type": "integer"}, "minContains": 2}, [1, "a", 2], [1], "contains"),
    "maxContains": ({"type": "array", "contains": _STRING, "maxContains": 1}, ["a"], ["a", "b"], "contains"),
    "propertyNames": (
        {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^x_"}},
        {"x_a": 1},
        {"a": 1},
        "propertyNames",
    ),
    "prefixItems": (
        {"type": "array", "prefixItems": [{"type": "integer"}, {"enum": ["km", "mi"]}], "minItems": 2},
        [12, "km", True],
        ["km", 12],
        "type",
    ),
    "prefixItems with items": (
        {"type": "array", "prefixItems": [{"type": "integer"}], "items": _STRING, "minItems": 2},
        [1, "a"],
        [1, 2],
        "type",
    ),
    "unevaluatedItems": (
        {"type": "array", "prefixItems": [_STRING], "unevaluatedItems": False},
        ["a"],
        ["a", "b"],
        "unevaluatedItems",
    ),
    "unevaluatedItems of a kind": (
        {"type": "array", "prefixItems": [_STRING], "unevaluatedItems": {"type": "integer"}, "minItems": 3},
        ["a", 1, 2],
        ["a", 1, "b"],
        "unevaluatedItems",
    ),
    "unevaluatedProperties of a kind": (
        {**_BASED, "unevaluatedProperties": {"type": "integer"}, "minProperties": 3},
        {"name": "Ada", "age": 36, "size": 1},
        {"name": "Ada", "age": 36, "size": "l"},
        "unevaluatedProperties",
    ),
    "unevaluatedProperties": (
        {
            "allOf": [{"$ref": "#/components/schemas/Base"}],
            "properties": {"age": {"type": "integer"}},
            "unevaluatedProperties": False,
        },
        {"name": "Ada", "age": 36},
        {"name": "Ada", "agee": 36},
        "unevaluatedProperties",
    ),
    "unevaluatedProperties beside $ref": (
        {"$ref": "#/components/schemas/Base", "unevaluatedProperties": False},
        {"name": "Ada"},
        {"name": "Ada", "agee": 36},
        "unevaluatedProperties",
    ),
    "patternProperties": (
        {"type": "object", "patternProperties": {"^n_": {"type": "integer"}}},
        {"n_a": 1, "b": "x"},
        {"n_a": "x"},
        "type",
    ),
    "patternProperties alone": (
        {"type": "object", "patternProperties": {"^n_": {"type": "integer"}}, "additionalProperties": False,
         "minProperties": 2},
        {"n_a": 1, "n_b": 2},
        {"n_a": 1, "b": 2},
        "additionalProperties",
    ),
    "patternProperties of a required member": (
        {"type": "object", "patternProperties": {"^n_": {"type": "integer"}}, "required": ["n_a"]},
        {"n_a": 1},
        {"n_a": "x"},
        "type",
    ),
    "if, then, else": (
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"enum": ["person", "firm"]}, "vat": _STRING, "born": _STRING},
            "if": {"properties": {"kind": {"const": "firm"}}},
            "then": {"required": ["vat"]},
            "else": {"required": ["born"]},
        },
        {"kind": "firm", "vat": "1"},
        {"kind": "person", "vat": "1"},
        "anyOf",
    ),
    "dependentRequired": (
        {"type": "object", "required": ["card"], "properties": {"card": _STRING, "zip": _STRING},
         "dependentRequired": {"card": ["zip"]}},
        {"card": "1", "zip": "2"},
        {"card": "1"},
        "required",
    ),
    "dependentSchemas that require": (
        {"type": "object", "required": ["card"], "properties": {"card": _STRING},
         "dependentSchemas": {"card": {"properties": {"zip": {"type": "integer"}}, "required": ["zip"]}}},
        {"card": "1", "zip": 2},
        {"card": "1"},
        "required",
    ),
    "dependentSchemas": (
        {"type": "object", "properties": {"card": _STRING, "zip": {}},
         "dependentSchemas": {"card": {"properties": {"zip": {"type": "integer"}}}}},
        {"card": "1", "zip": 2},
        {"card": "1", "zip": "2"},
        "type",
    ),
    "$dynamicRef to itself": (
        {"$ref": "#/components/schemas/Tree"},
        {"name": "a", "children": [{"name": "b", "more": 1}]},
        {"name": "a", "children": [{"name": 1}]},
        "type",
    ),
    "$dynamicRef to an extension": (
        {"$ref": "#/components/schemas/StrictTree"},
        {"name": "a", "children": [{"name": "b"}]},
        {"name": "a", "children": [{"name": "b", "more": 1}]},
        "unevaluatedProperties",
    ),
    "$dynamicRef to a type parameter": (_PAGE_OF_NAMES, {"items": ["Ada"]}, {"items": [1]}, "type"),
    "exclusive bounds beside them": (
        {"type": "array", "contains": {"type": "integer", "exclusiveMinimum": 5}},
        [6],
        [5],
        "contains",
    ),
}  # fmt: skip  # rows read better


@pytest.mark.parametrize("name", CASES)
def test_a_request_that_breaks_the_keyword_is_a_violation_and_one_that_keeps_it_is_not(
    tmp_path: Path, name: str
) -> None:
    schema, good, bad, rule = CASES[name]
    api = Api(GenericVendor("crm", supplied(tmp_path, with_schema("3.1.0", schema, **_TREE))))
    assert api.post("/leads", json=good).status_code == 201
    assert api.post("/leads", json=bad).status_code == 400
    kept, broken = api.entries()
    api.close()
    assert kept.violations == []
    assert rule in [each.rule for each in broken.violations]


@pytest.mark.parametrize("name", CASES)
def test_a_response_made_from_the_schema_keeps_the_keyword(tmp_path: Path, name: str) -> None:
    contract = supplied(tmp_path, with_schema("3.1.0", CASES[name][0], **_TREE))
    api = Api(GenericVendor("crm", contract))
    api.post("/leads", json=CASES[name][1])
    found = api.entries()[0].response_defects
    api.close()
    assert found == []
    assert contract.notes == ()


@pytest.mark.parametrize("name", CASES)
def test_a_value_made_from_the_schema_keeps_the_keyword(tmp_path: Path, name: str) -> None:
    contract = served(tmp_path, with_schema("3.1.0", CASES[name][0], **_TREE))
    body = contract.operations["createLead"].body
    assert body is not None
    media_type = body.media_types["application/json"]
    for examples in (True, False):
        made = make_value(
            media_type.document, media_type.schema, Random, validator=media_type.validator, examples=examples
        )
        assert media_type.validator.is_valid(made)


def test_an_unknown_dynamic_anchor_is_noted(tmp_path: Path) -> None:
    notes = supplied(tmp_path, with_schema("3.1.0", {"$dynamicRef": "#nowhere"})).notes
    assert {each.text for each in notes} == {
        "the anchor of the reference #nowhere does not exist; every value is accepted"
    }


def test_the_names_of_members_that_break_the_contract_are_in_the_message(tmp_path: Path) -> None:
    api = Api(GenericVendor("crm", supplied(tmp_path, with_schema("3.1.0", CASES["propertyNames"][0]))))
    api.post("/leads", json={"a": 1})
    (violation,) = api.entries()[0].violations
    api.close()
    assert violation.message == "the name of a member must match ^x_"


def test_a_keyword_of_31_in_a_contract_of_30_is_noted(tmp_path: Path) -> None:
    contract = supplied(tmp_path, with_schema("3.0.3", {"type": "array", "contains": {}}))
    assert {each.text for each in contract.notes} == {"the keyword contains has no effect"}
    assert "x-json-schema" not in contract.document


def test_only_a_contract_of_31_is_marked_as_one_of_json_schema_2020(tmp_path: Path) -> None:
    marked = [
        "x-json-schema" in supplied(tmp_path, document(version)).document for version in ("3.0.3", "3.1.0", "3.2.0")
    ]
    assert marked == [False, True, True]
