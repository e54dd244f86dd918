"""Entries of lists, which are made once for each stored record."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.contract.directions import WRITE_ONLY
from crm_mocks.generic import page_entries
from crm_mocks.generic.page_entries import independent_entries
from crm_mocks.generic.schema_views import SchemaViews
from tests.conftest import Api
from tests.generic.small_crm import SMALL, vendor
from tests.generic.test_speed import unpacked

__all__ = ["unpacked"]  # a fixture


def _emails(api: Api) -> list[str]:
    return [each["email"] for each in api.get("/contacts").json()["data"]]


@pytest.mark.parametrize("length", [3, 600])  # large records are packed together
def test_a_list_that_was_sent_before_unpacks_no_record(small, unpacked, length):
    assert small.post("/contacts", json={"email": "bob@example.com", "first_name": "b" * length}).is_success
    before = small.get("/contacts").content
    unpacked.clear()

    assert small.get("/contacts").content == before
    assert not unpacked


def test_a_changed_record_is_changed_in_lists(small):
    made = small.post("/contacts", json={"email": "bob@example.com"}).json()
    assert "bob@example.com" in _emails(small)
    small.request("PATCH", f"/contacts/{made['id']}", json={"email": "eve@example.com"})
    assert "eve@example.com" in _emails(small)
    assert "bob@example.com" not in _emails(small)


def test_lists_are_right_when_entries_have_been_forgotten(small, monkeypatch):
    monkeypatch.setattr(page_entries, "_MAX_BYTES", 100)
    sent = [f"bob.{number}@example.com" for number in range(5)]
    for each in sent:
        small.post("/contacts", json={"email": each})
    assert _emails(small)[-5:] == _emails(small)[-5:] == sent


def test_the_members_of_a_page_beside_its_records_are_those_of_each_request(small):
    for number in range(3):
        small.post("/contacts", json={"email": f"bob.{number}@example.com"})
    first, last = (small.get(f"/contacts?limit=2&offset={offset}").json() for offset in (0, 2))
    assert (first["total"], first["has_more"], len(first["data"])) == (4, True, 2)
    assert (last["total"], last["has_more"], len(last["data"])) == (4, False, 2)


def test_a_vendor_from_outside_reads_and_changes_lists():
    crm = vendor(SMALL)
    respond = crm.respond

    async def changing(context: Any) -> Any:
        response = await respond(context)
        response.body["data"][0]["email"] = "changed@example.com"
        return response

    crm.respond = changing  # type: ignore[method-assign]  # as the operation of a vendor from outside
    api = Api(crm)
    found = _emails(api)
    api.close()
    assert found == ["changed@example.com"]


_ITEMS = {"type": "string"}
_LIST = {"type": "array", "items": _ITEMS}


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (_LIST, ()),
        ({"properties": {"data": _LIST}, "required": ["data"]}, ("data",)),
        ({"allOf": [{"properties": {"more": {}}}, {"properties": {"data": _LIST}}]}, ("data",)),
        ({"properties": {"data": {"$ref": "#/components/schemas/List"}}}, ("data",)),
    ],
)
def test_entries_of_plain_lists_are_independent(schema, path):
    assert independent_entries({"components": {"schemas": {"List": _LIST}}}, schema, path) == _ITEMS


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"data": {**_LIST, "uniqueItems": True}}},
        {"properties": {"data": {**_LIST, "minItems": 1}}},
        {"properties": {"data": {**_LIST, "x-json-schema": {"contains": {"const": "a"}}}}},
        {"oneOf": [{"properties": {"data": _LIST}}, {"required": ["x"]}]},
        {"properties": {"data": _LIST}, "not": {"properties": {"data": {"maxItems": 2}}}},
        {"allOf": [{"properties": {"data": _LIST}}, {"properties": {"data": {"items": {"maxLength": 2}}}}]},
    ],
)
def test_entries_of_lists_with_further_conditions_are_not(schema):
    assert independent_entries({}, schema, ("data",)) is None


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"properties": {"a": {"type": "object", "properties": {"b": {WRITE_ONLY: True}}}}}, True),
        ({"properties": {"a": {"type": "array", "items": {"properties": {"b": {WRITE_ONLY: True}}}}}}, True),
        ({"properties": {"a": {"type": "string"}}}, False),
        ({"$ref": "#/components/schemas/Tree"}, False),
    ],
)
def test_members_of_one_direction_are_looked_for_where_there_may_be_some(schema, expected):
    tree = {"properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}
    assert SchemaViews({"components": {"schemas": {"Tree": tree}}}).of(schema).may_have(WRITE_ONLY) is expected
