"""Work that a request to a supplied contract must not repeat."""

from __future__ import annotations

from typing import Any

import pytest

from crm_mocks.generic import record_values
from crm_mocks.generic.schema_views import SchemaViews
from crm_mocks.state.record_packing import RecordPacker
from tests.conftest import Api
from tests.generic.small_crm import SMALL, body, path_parameter, response, vendor

BOB = {"email": "bob@example.com", "first_name": "Bob"}


@pytest.fixture
def unpacked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The packed records that are unpacked from now on."""
    packed: list[Any] = []
    unpack = RecordPacker.unpack

    def counted(self: RecordPacker, each: Any) -> Any:
        if each is not None:
            packed.append(each)
        return unpack(self, each)

    monkeypatch.setattr(RecordPacker, "unpack", counted)
    return packed


def test_a_list_unpacks_only_the_records_of_its_page(small, unpacked):
    for number in range(30):
        small.post("/contacts", json={"email": f"bob.{number}@example.com"})
    unpacked.clear()

    assert len(small.get("/contacts?limit=3").json()["data"]) == 3
    assert len(unpacked) == 3


def test_a_creation_looks_at_no_other_record_to_find_one_with_the_same_email(small, unpacked):
    for number in range(30):
        small.post("/contacts", json={"email": f"bob.{number}@example.com"})
    unpacked.clear()

    assert small.post("/contacts", json=BOB).status_code == 201
    assert not unpacked


@pytest.mark.parametrize("described", [True, False])
def test_a_unique_member_may_stand_in_a_holder(serve, described):
    holder = {"type": "object", "additionalProperties": {"type": "string"}}
    if described:
        holder = {"type": "object", "properties": {"email": {"type": "string"}}}
    contact = {"type": "object", "properties": {"id": {"type": "string"}, "properties": holder}}
    document = {
        "paths": {
            "/contacts": {
                "post": {
                    "requestBody": body(contact),
                    "responses": {"201": response(contact), "409": response({"type": "object"})},
                },
                "get": {"responses": {"200": response({"type": "array", "items": contact})}},
            },
            "/contacts/{id}": {
                "parameters": [path_parameter("id", "string")],
                "get": {"responses": {"200": response(contact)}},
            },
        }
    }
    crm = serve(document)
    statuses = [
        crm.post("/contacts", json={"properties": {"email": email}}).status_code
        for email in ("ada@example.com", "bob@example.com", "ada@example.com")
    ]

    assert statuses == [201, 201, 409]


def test_a_changed_value_no_longer_conflicts(small):
    created = small.post("/contacts", json=BOB).json()
    small.request("PATCH", f"/contacts/{created['id']}", json={"email": "robert@example.com"})

    assert small.post("/contacts", json=BOB).status_code == 201
    assert small.post("/contacts", json={"email": "robert@example.com"}).status_code == 409


def test_a_body_is_not_validated_again_when_it_is_sent_as_the_vendor_validated_it(small):
    small.post("/contacts", json=BOB)
    path = f"/contacts/{small.post('/contacts', json={'email': 'eve@example.com'}).json()['id']}"
    small.get(path)
    operation = small.app.mock_app.contracts["small"].operations["getContact"]
    response = operation.responses[200]

    class Forbidden:
        def is_valid(self, _body: Any) -> bool:
            raise AssertionError

    response.validators._values["application/json"] = Forbidden()  # answers keep the real one
    assert small.get(path).json()["email"] == "eve@example.com"


def test_a_body_that_a_hook_spoils_in_place_is_still_found():
    crm = vendor(SMALL)
    respond = crm.respond

    async def spoiling(context: Any) -> Any:
        response = await respond(context)
        response.body["email"] = 5
        return response

    crm.respond = spoiling  # type: ignore[method-assign]  # as the operation of a vendor from outside
    api = Api(crm)
    api.get("/contacts/7")

    found = api.entries()[0].response_defects
    api.app.mock_app.sessions.get("default").journal.clear()
    api.close()
    assert found == ["body.email: must be of type string, is integer"]


def test_a_member_that_requests_write_in_another_form_is_the_servers():
    views = SchemaViews({})
    record = views.of({"type": "object", "properties": {"links": {"type": "object"}, "tags": {"type": "array"}}})

    made = record_values.built(record, record, {"links": [1], "tags": ["a"]}, {"links": {"a": 1}})
    changed = record_values.changeable(record, {"links": [1], "tags": {"a": 1}})

    assert (made, changed) == ({"tags": ["a"]}, {})


def test_the_view_of_a_schema_is_made_once():
    schema = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}
    views = SchemaViews({"components": {"schemas": {"A": {"type": "string"}}}})

    assert views.of(schema) is views.of(schema)
    assert views.of(schema).members["a"] is views.of({"$ref": "#/components/schemas/A"})
