"""Lists of records: those below another record, and pages by cursor and number."""

from __future__ import annotations

import pytest

from tests.generic.small_crm import (
    crud,
    item_schema,
    path_parameter,
    query,
    ref,
    response,
)

BOB = {"email": "bob@example.com", "first_name": "Bob"}


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
