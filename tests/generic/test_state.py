"""State by convention: create, read, list, change and delete, over the whole application."""

from __future__ import annotations

import json

BOB = {"email": "bob@example.com", "first_name": "Bob"}


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


def test_lists_have_all_records_and_say_so(small):
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
