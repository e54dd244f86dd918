"""What a validator finds, in words."""

from __future__ import annotations

import pytest

from crm_mocks.contract.position_marks import SchemaMarks
from crm_mocks.contract.schema import Schemas
from crm_mocks.schema_errors import schema_violations

EITHER = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}]}
ANY = {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
CLOSED = {"properties": {"x": {}}, "additionalProperties": False}
NUMBER = {"type": "integer"}
OF_NUMBER = {
    "properties": {"a": NUMBER},
    "anyOf": [{"required": ["a"], "properties": {"a": NUMBER}}, {"required": ["b"]}],
}
BY_KIND = {
    "anyOf": [
        {"properties": {"kind": {"enum": ["car"]}}, "required": ["plate"]},
        {"properties": {"kind": {"enum": ["ship"]}}, "required": ["name", "port"]},
    ]
}
"""Alternatives that a member chooses between."""
BY_CODE = {
    "oneOf": [
        {"properties": {"code": {"enum": ["OK"]}, "id": {"type": "string"}}},
        {"properties": {"code": {"pattern": "^E"}, "id": {"maxLength": 0}}},
    ]
}
"""Alternatives that each restrict the member that distinguishes them."""


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "string"}, 1, "must be of type string, is integer"),
        ({"enum": ["b", "a", None]}, "c", "must be one of b, a or null"),
        ({"type": "integer", "minimum": 3}, 2, "must be at least 3"),
        ({"maxLength": 1}, "abc", "must have at most 1 characters"),
        ({"required": ["a"]}, {}, "member 'a' is required"),
        ({"additionalProperties": False}, {"nick": 1}, "must have no members"),
        (CLOSED, {"nick": 1}, "must not have the member 'nick'"),
        (CLOSED, {"a": 1, "b": 1}, "must not have the members 'a' and 'b'"),
        (
            CLOSED,
            dict.fromkeys("abcdefgh"),
            "must not have the members 'a', 'b', 'c', 'd', 'e' and 3 more",
        ),
        (
            {"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "^x"}]},
            "y",
            "must be of type integer, is string; or must match ^x",
        ),
        (
            {"oneOf": [{"minimum": 1}, {"minimum": 2}]},
            3,
            "matches more than one of the alternatives, expected exactly one",
        ),
        (EITHER, {}, "must have exactly one of the members a, b and c, has none"),
        (EITHER, {"c": 1, "a": 1}, "must have exactly one of the members a, b and c, has a and c"),
        (ANY, {}, "must have at least one of the members a and b, has none"),
        (BY_KIND, {"kind": "car"}, "member 'plate' is required"),
        (BY_KIND, {"kind": "ship"}, "members name and port are required"),
        (
            BY_KIND,
            {"kind": "bus"},
            "'kind' must be one of car and member 'plate' is required; or "
            "'kind' must be one of ship and members name and port are required",
        ),
        ({"type": "integer", "enum": [1, 2]}, "1", "must be of type integer, is string"),
        ({**EITHER, "type": "object"}, 5, "must be of type object, is integer"),
        ({**ANY, "properties": {"a": NUMBER}}, {"a": "x", "b": 1}, "must be of type integer, is string"),
        (OF_NUMBER, {"a": "x"}, "must be of type integer, is string"),
        (BY_CODE, {"code": "OK", "id": 1}, "'id' must be of type string, is integer"),
        (BY_CODE, {"code": "E1", "id": "1"}, "'id' must be empty"),
        (OF_NUMBER, {}, "must have at least one of the members a and b, has none"),
        (
            {"nullable": True, "type": "string", "anyOf": [{"format": "date"}, {"maxLength": 0}]},
            "x",
            "must be a date such as 2018-04-09; or must be empty",
        ),
    ],
)
def test_messages_say_what_was_expected(schema: dict[str, object], value: object, message: str) -> None:
    document = {"components": {"schemas": {"Tested": schema}}}
    reference = {"$ref": "#/components/schemas/Tested"}
    validator = Schemas("test", document).compile(reference)
    found = schema_violations(validator.iter_errors(value), ("body",), SchemaMarks(document, reference))
    assert [each.message for each in found] == [message]
