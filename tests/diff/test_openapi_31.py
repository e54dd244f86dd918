"""OpenAPI 3.1 says some things otherwise, and means the same."""

from __future__ import annotations

import pytest

from crm_contracts.diff import compare


def _document(schema, version="3.1.0"):
    body = {"content": {"application/json": {"schema": schema}}}
    return {"openapi": version, "paths": {"/a": {"post": {"requestBody": body, "responses": {}}}}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, {"type": "integer", "exclusiveMinimum": 1}),
        ({"type": "number", "maximum": 1, "exclusiveMaximum": True}, {"type": "number", "exclusiveMaximum": 1.0}),
        ({"enum": ["a"]}, {"const": "a"}),
        ({"type": "object"}, {"type": "object", "additionalProperties": True}),
        ({}, True),
    ],
)
def test_what_is_written_otherwise_is_no_change(old, new):
    assert compare(_document(old, "3.0.3"), _document(new)).changes == ()


@pytest.mark.parametrize(
    ("old", "new", "rule", "breaks"),
    [
        ({"type": ["string", "null"]}, {"type": "string"}, "nullable", ("clients",)),
        ({"type": "array", "prefixItems": [{"type": "string"}]}, {"type": "array"}, "prefixItems", ("providers",)),
        ({"type": "number"}, {"type": "number", "exclusiveMinimum": 0}, "minimum", ("clients",)),
        ({}, False, "type", ("clients",)),
        ({"if": {"required": ["a"]}, "then": {}}, {"then": {}}, "if", ("providers",)),
    ],
)
def test_a_change_is_reported(old, new, rule, breaks):
    changes = compare(_document(old), _document(new)).changes
    assert {(change.rule, change.breaks) for change in changes} == {(rule, breaks)}


def test_keywords_beside_a_reference_hold():
    old = _document({"$ref": "#/components/schemas/A"})
    new = _document({"$ref": "#/components/schemas/A", "maxLength": 5})
    for document in (old, new):
        document["components"] = {"schemas": {"A": {"type": "string"}}}
    assert [change.rule for change in compare(old, new).changes] == ["maxLength"]
