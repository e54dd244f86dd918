"""Contracts with thousands of schemas that refer to each other."""

from __future__ import annotations

from crm_mocks.contract.quiet_form import quiet_form
from crm_mocks.contract.shape import body_shape

_COUNT = 3_000


def _to(number):
    return {"$ref": f"#/components/schemas/S{number % _COUNT}"}


def _chain():
    """Return a contract whose schemas refer to the next one; the last refers to the first."""
    schemas = {
        f"S{number}": {"type": "object", "properties": {"name": {"type": "string"}, "next": _to(number + 1)}}
        for number in range(_COUNT)
    }
    return {"components": {"schemas": schemas}}


def test_the_shape_of_schemas_that_refer_to_others_thousands_deep_is_known():
    first = shape = body_shape(_chain(), _to(0))
    for _ in range(_COUNT):
        shape = shape.members["next"]
    assert shape is first
    assert [notice.kind for notice in shape.notices({"other": 1})] == ["undocumented"]


def test_quiet_bodies_of_thousands_of_schemas_are_not_recognized_at_once():
    document = _chain()
    assert quiet_form(document, _to(0), body_shape(document, _to(0))) == {"not": {}}
