"""Each limit of a schema has values on either side."""

from __future__ import annotations

import pytest

from crm_contracts.fuzz.body_nodes import BodyNode
from crm_contracts.fuzz.boundary_values import boundary_values
from crm_mocks.contract.schema import Schemas

SCHEMAS = Schemas("limits", {})
UUID = "2340b1cc-3fe7-4f81-8eca-f92181dd2bb4"


@pytest.mark.parametrize(
    ("schema", "value", "valid", "invalid"),
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
    ids=lambda argument: "-".join(argument) if isinstance(argument, dict) else None,
)
def test_a_limit_has_values_on_either_side(schema, value, valid, invalid):
    validator = SCHEMAS.compile(schema)
    assert validator.is_valid(value)
    candidates = [candidate for _, candidate, _ in boundary_values(BodyNode((), value, (schema,)))]
    assert [each for each in candidates if validator.is_valid(each)] == valid
    assert [each for each in candidates if not validator.is_valid(each)] == invalid


def test_a_schema_without_limits_has_no_boundary_values():
    assert [
        *boundary_values(BodyNode((), {"a": 1}, ())),
        *boundary_values(BodyNode((), True, ({"minimum": 1},))),
    ] == []
