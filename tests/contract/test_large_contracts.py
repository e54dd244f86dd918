"""Contracts with thousands of schemas that refer to each other."""

from __future__ import annotations

from crm_mocks.contract.quiet_form import quiet_form
from crm_mocks.contract.shape import body_shape
from tests.contract.chained_schemas import COUNT, chain, to


def test_the_shape_of_schemas_that_refer_to_others_thousands_deep_is_known():
    first = shape = body_shape(chain(), to(0))
    for _ in range(COUNT):
        shape = shape.members["next"]
    assert shape is first
    assert [notice.kind for notice in shape.notices({"other": 1})] == ["undocumented"]


def test_quiet_bodies_of_thousands_of_schemas_are_not_recognized_at_once():
    document = chain()
    assert quiet_form(document, to(0), body_shape(document, to(0))) == {"not": {}}
