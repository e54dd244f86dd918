"""Each rule of a schema has values on either side of it, and each can be drawn."""

from __future__ import annotations

import pytest

from crm_contracts.fuzz.body_places import BodyPlace
from crm_contracts.fuzz.boundary_values import boundary_values
from crm_mocks.contract.schema import Schemas

SCHEMAS = Schemas("edges", {})
UUID = "2340b1cc-3fe7-4f81-8eca-f92181dd2bb4"


@pytest.mark.parametrize(
    ("schema", "value", "kept", "broken"),
    [
        ({"type": "string", "minLength": 3}, "abcd", ["xxx"], ["xx"]),
        ({"type": "string", "maxLength": 3}, "abc", ["xxx"], ["xxxx"]),
        ({"type": "string", "pattern": "^[0-9]{2}$"}, "42", [], ["42!", "4", "42\n"]),
        ({"type": "string", "format": "uuid"}, UUID, [UUID.upper()], [UUID.replace("-", ""), f"{{{UUID}}}"]),
        ({"type": "integer", "minimum": 5}, 7, [5], [4]),
        ({"type": "integer", "maximum": 9}, 7, [9], [10]),
        ({"type": "number", "multipleOf": 5}, 10, [], [12.5]),
        ({"type": "array", "minItems": 2}, [1, 2, 3], [[1, 2]], [[1]]),
        ({"type": "array", "maxItems": 3}, [1, 2], [[1, 2, 1]], [[1, 2, 1, 2]]),
        ({"type": "object", "required": ["a"]}, {"a": 1, "b": 2}, [{"a": 1}], []),
        ({"type": "object", "minProperties": 1}, {"a": 1, "b": 2}, [{"a": 1}], [{}]),
        (
            {"type": "object", "maxProperties": 2},
            {"a": 1},
            [{"a": 1, "unknown0": 0}],
            [{"a": 1, "unknown0": 0, "unknown1": 1}],
        ),
    ],
    ids=lambda given: "-".join(given) if isinstance(given, dict) else None,
)
def test_a_rule_is_just_kept_and_just_broken(schema, value, kept, broken):
    validator = SCHEMAS.compile(schema)
    assert validator.is_valid(value)
    found = [each for _, each, _ in boundary_values(BodyPlace((), value, (schema,)))]
    assert [each for each in found if validator.is_valid(each)] == kept
    assert [each for each in found if not validator.is_valid(each)] == broken


def test_what_has_no_rules_has_no_edges():
    assert [
        *boundary_values(BodyPlace((), {"a": 1}, ())),
        *boundary_values(BodyPlace((), True, ({"minimum": 1},))),
    ] == []
