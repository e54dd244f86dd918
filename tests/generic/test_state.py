"""State by convention: create, read, list, change and delete, over the whole application."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from tests.generic.small_crm import (
    NOTE,
    SMALL,
    body,
    path_parameter,
    query,
    ref,
    response,
    vendor,
)

BOB = {"email": "bob@example.com", "first_name": "Bob"}


def item_schema(**members):
    return {"type": "object", "required": list(members)[:1], "properties": members}


def crud(path, parameter, schema, *, collection=None, item=None, listed=None):
    """Return the paths of a resource."""
    whole = collection or schema
    return {
        path: {
            "get": {"responses": {"200": response(listed or {"type": "array", "items": schema})}},
            "post": {"requestBody": body(schema), "responses": {"201": response(whole)}},
        },
        f"{path}/{{{parameter['name']}}}": {
            "parameters": [parameter],
            "get": {"responses": {"200": response(item or whole)}},
            "patch": {"requestBody": body({"type": "object"}), "responses": {"200": response(item or whole)}},
            "delete": {"responses": {"204": response()}},
        },
    }


def test_an_example_is_there_from_the_start(small):
    assert small.get("/contacts/7").json() == {"id": 7, "email": "ada@example.com", "status": "open"}


def test_a_created_record_is_read_back(small):
    created = small.post("/contacts", json=BOB)

    assert created.status_code == 201
    assert small.get(f"/contacts/{created.json()['id']}").json() == created.json()


def test_a_created_record_has_what_the_client_sent_and_what_a_server_makes(small):
    assert small.post("/contacts", json={**BOB, "password": "x", "id": 99}).json() == {
        "id": 8,
        "email": "bob@example.com",
        "first_name": "Bob",
        "city": None,
        "status": "open",
        "created_at": "2026-01-31T12:00:00Z",
        "updated_at": "2026-01-31T12:00:00Z",
    }


def test_ids_are_never_given_twice(small):
    ids = [small.post("/contacts", json={"email": f"{number}@example.com"}).json()["id"] for number in range(5)]
    small.request("DELETE", f"/contacts/{ids[-1]}")
    ids.append(small.post("/contacts", json={"email": "new@example.com"}).json()["id"])

    assert len(set(ids)) == 6


def test_what_is_not_there_gets_the_documented_404(small):
    answer = small.get("/contacts/999")

    assert answer.status_code == 404
    assert answer.json()["message"] == "there is no contact 999"


def test_a_deleted_record_is_gone(small):
    assert small.request("DELETE", "/contacts/7").status_code == 204
    assert small.get("/contacts/7").status_code == 404
    assert small.get("/contacts").json()["data"] == []
    assert small.request("DELETE", "/contacts/7").status_code == 404


def test_put_replaces_what_the_client_can_set(small):
    made = small.post("/contacts", json={**BOB, "city": "Paris"}).json()

    replaced = small.request("PUT", f"/contacts/{made['id']}", json={"email": "b@example.com"}).json()

    assert replaced == {**{k: v for k, v in made.items() if k != "first_name"}, "email": "b@example.com", "city": None}


def test_patch_keeps_what_it_does_not_name(small):
    made = small.post("/contacts", json=BOB).json()

    changed = small.request("PATCH", f"/contacts/{made['id']}", json={"city": "Paris", "id": 1}).json()

    assert changed == {**made, "city": "Paris"}
    assert small.get(f"/contacts/{made['id']}").json() == changed


def test_patch_with_null_empties_nullable_members_and_removes_others(small):
    made = small.post("/contacts", json={**BOB, "city": "Paris"}).json()

    changed = small.request("PATCH", f"/contacts/{made['id']}", json={"city": None, "first_name": None}).json()

    assert changed["city"] is None
    assert "first_name" not in changed


def test_a_json_patch_is_applied(small):
    steps = [{"op": "replace", "path": "/email", "value": "n@example.com"}]
    kind = {"Content-Type": "application/json-patch+json"}

    answer = small.request("PATCH", "/contacts/7", content=json.dumps(steps), headers=kind)

    assert answer.json()["email"] == "n@example.com"


def test_a_json_patch_that_does_not_fit_is_refused(small):
    steps = [{"op": "remove", "path": "/nothing"}]
    kind = {"Content-Type": "application/json-patch+json"}

    answer = small.request("PATCH", "/contacts/7", content=json.dumps(steps), headers=kind)

    assert answer.status_code in (400, 422)
    assert "/nothing" in answer.text


def test_a_change_that_breaks_the_schema_of_answers_is_not_shown(small):
    assert small.request("PATCH", "/contacts/7", json={"email": 5}).json()["email"] == "ada@example.com"


def test_lists_have_all_records_and_tell_so(small):
    small.post("/contacts", json=BOB)

    listed = small.get("/contacts").json()

    assert [each["id"] for each in listed["data"]] == [7, 8]
    assert (listed["total"], listed["has_more"], "next" in listed) == (2, False, False)


def test_limit_and_offset_choose_a_page(small):
    for number in range(4):
        small.post("/contacts", json={"email": f"{number}@example.com"})

    first = small.get("/contacts?limit=2").json()
    last = small.get("/contacts?limit=2&offset=4").json()

    assert ([each["id"] for each in first["data"]], first["has_more"], first["total"]) == ([7, 8], True, 5)
    assert ([each["id"] for each in last["data"]], last["has_more"]) == ([11], False)


def test_a_parameter_named_as_a_member_filters(small):
    small.post("/contacts", json=BOB)

    assert [each["id"] for each in small.get("/contacts?email=bob@example.com").json()["data"]] == [8]


def test_the_same_unique_member_again_gets_the_documented_409(small):
    small.post("/contacts", json=BOB)

    answer = small.post("/contacts", json=BOB)

    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate")


def test_the_documented_example_can_be_created_though_the_session_starts_with_it(small):
    assert small.post("/contacts", json={"email": "ada@example.com"}).status_code == 201


def test_records_below_another_belong_to_it(small):
    made = small.post("/contacts", json=BOB).json()
    note = small.post(f"/contacts/{made['id']}/notes", json={"text": "hello"}).json()["note"]

    assert small.get(f"/contacts/{made['id']}/notes").json() == [note]
    assert small.get(f"/contacts/{made['id']}/notes/{note['id']}").json() == {"note": note}
    assert small.get(f"/contacts/7/notes/{note['id']}").status_code == 404


def test_nothing_is_below_what_is_not_there(small):
    assert small.get("/contacts/999/notes").status_code == 404


def test_another_session_has_records_of_its_own(small):
    small.post("/contacts", json=BOB)

    assert len(small.beside("other").get("/contacts").json()["data"]) == 1


def test_a_forced_success_is_found_later(small):
    forced = small.get("/contacts", headers={"Prefer": "example=status_200, dynamic=true"}).json()["data"]

    assert small.get(f"/contacts/{forced[0]['id']}").json() == forced[0]


def test_a_forced_refusal_stores_nothing(small):
    small.post("/contacts", json=BOB, headers={"Prefer": "code=409"})

    assert len(small.get("/contacts").json()["data"]) == 1


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


def test_a_list_below_another_record_shows_those_that_refer_to_it(serve):
    contact = item_schema(id={"type": "integer"}, account_id={"type": "integer"}, name={"type": "string"})
    contact["required"] = []
    account = item_schema(id={"type": "integer"}, name={"type": "string"})
    account["required"] = []
    paths = {
        **crud("/contacts", path_parameter("id"), ref("Contact")),
        **crud("/accounts", path_parameter("id"), ref("Account")),
        "/accounts/{id}/contacts": {
            "parameters": [path_parameter("id")],
            "get": {"responses": {"200": response({"type": "array", "items": ref("Contact")})}},
        },
    }
    api = serve({"paths": paths, "components": {"schemas": {"Contact": contact, "Account": account}}})
    account_id = api.post("/accounts", json={"name": "Acme"}).json()["id"]
    made = api.post("/contacts", json={"name": "Ada", "account_id": account_id}).json()

    assert api.get(f"/accounts/{account_id}/contacts").json() == [made]


@pytest.mark.parametrize("name", ["cursor", "starting_after", "page_token"])
def test_a_cursor_leads_through_all_pages(serve, name):
    schema = item_schema(id={"type": "integer"})
    listed = {
        "type": "object",
        "properties": {
            "results": {"type": "array", "items": schema},
            "next_cursor": {"type": "string", "nullable": True},
            "has_more": {"type": "boolean"},
        },
    }
    paths = crud("/things", path_parameter("id"), {**schema, "required": []}, listed=listed)
    paths["/things"]["get"]["parameters"] = [query(name), query("limit", "integer", default=2)]
    api = serve({"paths": paths})
    ids = [
        api.get("/things").json()["results"][0]["id"],
        *(api.post("/things", json={}).json()["id"] for _ in range(4)),
    ]

    seen, cursor = [], ""
    for _ in range(3):
        page = api.get("/things", params={name: cursor} if cursor else {}).json()
        seen += [each["id"] for each in page["results"]]
        cursor = page.get("next_cursor")

    assert (seen, cursor) == (ids, None)


def test_pages_have_numbers(serve):
    schema = item_schema(id={"type": "integer"})
    listed = {
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": schema},
            "meta": {
                "type": "object",
                "properties": {"page": {"type": "integer"}, "total_pages": {"type": "integer"}},
            },
        },
    }
    paths = crud("/things", path_parameter("id"), {**schema, "required": []}, listed=listed)
    paths["/things"]["get"]["parameters"] = [query("page", "integer"), query("per_page", "integer")]
    api = serve({"paths": paths})
    for _ in range(4):
        api.post("/things", json={})

    page = api.get("/things?page=3&per_page=2").json()

    assert (len(page["data"]), page["meta"]) == (1, {"page": 3, "total_pages": 3})


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
