"""Records of contracts of many conventions: ids, envelopes, pages, keys, and what is there without state."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.generic.small_crm import (
    NOTE,
    SMALL,
    body,
    crud,
    item_schema,
    path_parameter,
    response,
    vendor,
)

BOB = {"email": "bob@example.com", "first_name": "Bob"}


def test_without_state_examples_are_answered(serve):
    api = serve(SMALL, stateless=True)

    assert api.post("/contacts", json=BOB).json()["email"] == "ada@example.com"
    assert api.get("/contacts/999").json()["id"] == 7


def test_the_setting_stateless_has_the_same_effect(serve):
    api = serve(SMALL, settings={"small.stateless": True})

    assert api.get("/contacts/999").json()["id"] == 7


def test_the_same_seed_gives_the_same_answers(serve):
    answers = [
        [api.post("/contacts/7/notes", json={"text": "a"}).json(), api.get("/contacts/7/notes").json()]
        for api in (serve(SMALL, seed=5), serve(SMALL, seed=5), serve(SMALL, seed=6))
    ]

    assert answers[0] == answers[1] != answers[2]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ({"type": "integer"}, int),
        ({"type": "string", "format": "uuid"}, str),
        ({"type": "string"}, str),
        ({"type": "string", "pattern": "^con_[0-9]{6}$"}, str),
        ({"type": "string", "maxLength": 6}, str),
    ],
)
def test_ids_are_of_the_schemas_kind(serve, kind, expected):
    parameter = {"name": "id", "in": "path", "required": True, "schema": kind}
    schema = item_schema(id=kind, name={"type": "string"})
    schema["required"] = []
    api = serve({"paths": crud("/things", parameter, schema)})

    made = [api.post("/things", json={"name": "x"}).json()["id"] for _ in range(3)]

    assert all(type(each) is expected for each in made)
    assert [api.get(f"/things/{each}").json()["name"] for each in made] == ["x"] * 3


@pytest.mark.parametrize(
    ("envelope", "read"),
    [
        ({"type": "object", "properties": {"data": NOTE}}, lambda body: body["data"]),
        ({"type": "object", "properties": {"note": NOTE, "meta": {"type": "object"}}}, lambda body: body["note"]),
        (
            {
                "type": "object",
                "properties": {"success": {"type": "boolean"}, "data": {"type": "array", "items": NOTE}},
            },
            lambda body: body["data"][0],
        ),
        (
            {"type": "object", "properties": {"payload": {"type": "object", "properties": {"note": NOTE}}}},
            lambda body: body["payload"]["note"],
        ),
    ],
)
def test_records_stand_in_envelopes(serve, envelope, read):
    api = serve({"paths": crud("/notes", path_parameter("id", "string"), NOTE, collection=envelope)})

    made = read(api.post("/notes", json={"text": "hello"}).json())

    assert made["text"] == "hello"
    assert read(api.get(f"/notes/{made['id']}").json()) == made
    assert made in api.get("/notes").json()


def test_json_api_documents_are_read_back(serve):
    data = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "type": {"type": "string", "enum": ["people"]},
            "attributes": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    }
    envelope = {"type": "object", "properties": {"data": data}}
    listed = {"type": "object", "properties": {"data": {"type": "array", "items": data}}}
    paths = crud("/people", path_parameter("id", "string"), envelope, listed=listed)
    api = serve({"paths": paths})

    made = api.post("/people", json={"data": {"type": "people", "attributes": {"name": "Ada"}}}).json()["data"]
    api.request("PATCH", f"/people/{made['id']}", json={"data": {"attributes": {"name": "Eva"}}})

    assert made["attributes"] == {"name": "Ada"}
    assert api.get(f"/people/{made['id']}").json()["data"]["attributes"] == {"name": "Eva"}
    assert "Eva" in api.get("/people").text


def test_a_creation_that_answers_an_id_only_is_read_back(serve):
    schema = item_schema(Id={"type": "string"}, Name={"type": "string"})
    schema["required"] = []
    made = item_schema(id={"type": "string"}, success={"type": "boolean"})
    paths = crud("/sobjects/Account", path_parameter("id", "string"), schema, collection=made, item=schema)
    api = serve({"paths": paths})

    key = api.post("/sobjects/Account", json={"Name": "Acme"}).json()["id"]

    assert api.get(f"/sobjects/Account/{key}").json() == {"Id": key, "Name": "Acme"}


def test_a_creation_without_body_says_where_the_record_is(serve):
    paths = crud("/notes", path_parameter("id", "string"), NOTE)
    paths["/notes"]["post"]["responses"] = {
        "201": {"description": "", "headers": {"Location": {"schema": {"type": "string"}}}}
    }
    api = serve({"paths": paths})

    answer = api.post("/notes", json={"text": "hello"})

    assert api.get(answer.headers["location"]).json()["text"] == "hello"


def test_a_key_that_the_client_chooses_is_used(serve):
    user = item_schema(username={"type": "string"}, city={"type": "string"})
    api = serve({"paths": crud("/users", path_parameter("username", "string"), user)})

    api.post("/users", json={"username": "ada", "city": "London"})

    assert api.get("/users/ada").json() == {"username": "ada", "city": "London"}


def test_put_creates_where_it_documents_a_201(serve):
    user = item_schema(username={"type": "string"}, city={"type": "string"})
    item = {
        "parameters": [path_parameter("username", "string")],
        "get": {"responses": {"200": response(user)}},
        "put": {"requestBody": body(user), "responses": {"200": response(user), "201": response(user)}},
    }
    api = serve({"paths": {"/users/{username}": item}})
    ada = {"username": "ada", "city": "London"}

    statuses = [api.request("PUT", "/users/ada", json=ada).status_code for _ in range(2)]

    assert (api.get("/users/bob").status_code, statuses) == (404, [201, 200])
    assert api.get("/users/ada").json() == ada


def test_records_that_clients_cannot_create_exist_under_any_id(serve):
    schema = item_schema(id={"type": "integer"}, name={"type": "string"})
    paths = crud("/teams", path_parameter("id"), schema)
    del paths["/teams"]["post"]
    api = serve({"paths": paths})

    assert api.get("/teams/12345").json()["id"] == 12345
    assert api.request("DELETE", "/teams/12345").status_code == 204
    assert api.get("/teams/12345").status_code == 404


def test_recognised_resources_are_listed_with_their_operations():
    shown = [str(each) for each in vendor(SMALL).resources.values()]

    assert shown == [
        "/contacts: list, create, read, replace, update, delete",
        "/contacts/{contactId}/notes: list, create, read",
    ]


def test_a_key_may_be_part_of_an_id(serve):
    text = {"type": "string", "format": "uuid"}
    key = {"type": "object", "properties": {"workspace_id": text, "record_id": text}}
    record = {"type": "object", "properties": {"id": key, "name": {"type": "string"}}}
    api = serve({"paths": crud("/records", path_parameter("record_id", "string"), record)})

    made = api.post("/records", json={"name": "x"}).json()

    assert api.get(f"/records/{made['id']['record_id']}").json() == made


def test_a_name_in_the_metadata_is_the_key(serve):
    pod = {
        "type": "object",
        "properties": {
            "kind": {"type": "string"},
            "metadata": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    }
    api = serve({"paths": crud("/pods", path_parameter("name", "string"), pod)})

    api.post("/pods", json={"kind": "Pod", "metadata": {"name": "web"}})

    assert api.get("/pods/web").json() == {"kind": "Pod", "metadata": {"name": "web"}}


def test_an_example_that_breaks_its_schema_is_mended(serve):
    schema = item_schema(ok={"type": "boolean"}, note={"type": "string"})
    document = {"paths": {"/ping": {"get": {"responses": {"200": response(schema, {"ok": "yes", "note": "x"})}}}}}

    answer = serve(document).get("/ping").json()

    assert (type(answer["ok"]), answer["note"]) == (bool, "x")


def test_a_new_record_is_not_archived(serve):
    schema = item_schema(id={"type": "integer", "readOnly": True}, archived={"type": "boolean", "readOnly": True})
    api = serve({"paths": crud("/things", path_parameter("id"), schema)})

    assert [api.post("/things", json={}).json()["archived"] for _ in range(8)] == [False] * 8


def test_what_only_requests_have_is_never_answered(serve):
    signer = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "pin": {"type": "string", "writeOnly": True}},
    }
    schema = item_schema(id={"type": "integer"}, signers={"type": "array", "items": signer})
    schema["required"] = []
    api = serve({"paths": crud("/requests", path_parameter("id"), schema)})

    made = api.post("/requests", json={"signers": [{"name": "Ada", "pin": "1234"}]}).json()

    assert made["signers"] == api.get(f"/requests/{made['id']}").json()["signers"] == [{"name": "Ada"}]


def test_a_new_id_has_the_form_of_the_path_parameter_if_the_member_has_none(serve):
    thing = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
    key = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    collection = {"post": {"requestBody": body(thing), "responses": {"201": response(thing)}}}
    item = {"parameters": [key], "get": {"responses": {"200": response(thing)}}}
    api = serve({"paths": {"/things": collection, "/things/{id}": item}})

    created = api.post("/things", json={"name": "a"}).json()

    assert str(UUID(created["id"])) == created["id"]


def test_a_record_in_an_envelope_is_stored_though_no_response_shows_it(serve):
    """Only the request says what a record is, and has nothing but a member that holds it."""
    envelope = item_schema(attributes=item_schema(email={"type": "string"}))
    operation = {"requestBody": body(envelope), "responses": {"201": response()}}
    api = serve({"paths": {"/contacts": {"post": operation}}})

    assert api.post("/contacts", json={"attributes": {"email": "a@b.c"}}).status_code == 201
