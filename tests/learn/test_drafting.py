"""What a draft has: paths, names, parameters, security, examples and guesses."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contracts.learn.shapes import schema_of, schema_of_texts
from tests.learn.making import call, drafted

UUID = "2340b1cc-3fe7-4f81-8eca-f92181dd2bb4"


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/contacts/42", "/contacts/{contactId}"),
        (f"/lead-sources/{UUID}/notes", "/lead-sources/{leadSourceId}/notes"),
        ("/companies/cus_9s6XKzkNRiz8i3", "/companies/{companyId}"),
        ("/contacts/search", "/contacts/search"),
        ("/contacts/42/notes/7", "/contacts/{contactId}/notes/{noteId}"),
        ("/days/2026-01-31", "/days/{date}"),
    ],
)
def test_ids_in_paths_become_parameters(path: str, template: str, tmp_path: Path) -> None:
    assert list(drafted(tmp_path, call("GET", path))["paths"]) == [template]


def test_a_word_is_an_id_where_a_response_says_so(tmp_path: Path) -> None:
    listed = call("GET", "/tags", received=[{"id": "important"}])
    document = drafted(tmp_path, listed, call("GET", "/tags/important"), call("GET", "/tags/recent"))
    assert set(document["paths"]) == {"/tags", "/tags/{tagId}", "/tags/recent"}


def test_the_version_belongs_to_the_server(tmp_path: Path) -> None:
    document = drafted(tmp_path, call("GET", "/api/2/contacts"), call("GET", "/api/2/deals"))
    assert document["servers"] == [{"url": "https://api.theirs.example/api/2"}]
    assert set(document["paths"]) == {"/contacts", "/deals"}


def test_operations_are_named_by_what_they_do(tmp_path: Path) -> None:
    document = drafted(
        tmp_path,
        call("GET", "/contacts", received=[]),
        call("POST", "/contacts", 201, sent={}),
        call("GET", "/contacts/1", received={}),
        call("PUT", "/contacts/1", sent={}),
        call("PATCH", "/contacts/1", sent={}),
        call("DELETE", "/contacts/1", 204),
        call("POST", "/contacts/1/archive"),
        call("POST", "/leads/validate"),
    )
    names = {each["operationId"] for item in document["paths"].values() for each in item.values()}
    assert names == {
        *("listContacts", "createContact", "getContact", "replaceContact", "updateContact", "deleteContact"),
        *("postContactArchive", "validateLead"),
    }


def test_parameters_have_types_and_are_optional(tmp_path: Path) -> None:
    calls = [
        call("GET", f"/contacts?limit={n}&tag=a&tag=b", headers={"X-Tenant": "t", "Accept": "*/*"}) for n in range(3)
    ]
    own = drafted(tmp_path, *calls)["paths"]["/contacts"]["get"]["parameters"]
    guess = "optional, although all 3 requests have it"
    assert own == [
        {"name": "limit", "in": "query", "schema": {"type": "integer"}, "x-guess": guess},
        {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}, "x-guess": guess},
        {"name": "X-Tenant", "in": "header", "schema": {"type": "string"}, "x-guess": guess},
    ]


@pytest.mark.parametrize(
    ("headers", "query", "scheme"),
    [
        ({"Authorization": "Bearer s3cr3t-value"}, "", {"type": "http", "scheme": "bearer"}),
        ({"Authorization": "Basic dTpzM2NyM3QtdmFsdWU="}, "", {"type": "http", "scheme": "basic"}),
        ({"X-Api-Key": "s3cr3t-value"}, "", {"type": "apiKey", "in": "header", "name": "X-Api-Key"}),
        ({}, "?api_key=s3cr3t-value", {"type": "apiKey", "in": "query", "name": "api_key"}),
    ],
)
def test_security_schemes_are_recognised_without_their_values(
    headers: dict[str, str], query: str, scheme: dict[str, str], tmp_path: Path
) -> None:
    echo = {"sent": "s3cr3t-value"}
    document = drafted(tmp_path, call("GET", f"/contacts{query}", headers=headers, received=echo))
    assert list(document["components"]["securitySchemes"].values()) == [scheme]
    assert "s3cr3t-value" not in str(document)
    assert "parameters" not in document["paths"]["/contacts"]["get"]


def test_a_token_of_a_page_is_no_credential(tmp_path: Path) -> None:
    document = drafted(tmp_path, call("GET", "/contacts?page_token=abc"))
    assert document["paths"]["/contacts"]["get"]["parameters"][0]["name"] == "page_token"


def test_errors_have_an_example_per_code(tmp_path: Path) -> None:
    calls = [
        call("POST", "/contacts", 422, sent={}, received={"code": code}) for code in ("too_long", "known", "known")
    ]
    content = drafted(tmp_path, *calls)["paths"]["/contacts"]["post"]["responses"]["422"]["content"]
    assert content["application/json"]["examples"] == {
        "too_long": {"value": {"code": "too_long"}},
        "known": {"value": {"code": "known"}},
    }


def test_refused_requests_widen_a_schema_and_say_so(tmp_path: Path) -> None:
    document = drafted(
        tmp_path,
        call("POST", "/contacts", 201, sent={"email": "a@example.com"}),
        call("POST", "/contacts", 201, sent={"email": "b@example.com"}),
        call("POST", "/contacts", 400, sent={}),
    )
    body = document["paths"]["/contacts"]["post"]["requestBody"]
    assert body["x-guess"] == "widened by requests that were refused as invalid: 1 of 3; the others all have email"
    assert "required" not in body["content"]["application/json"]["schema"]


def test_members_are_required_that_all_samples_have() -> None:
    schema = schema_of([{"id": 1, "mail": "a@example.com"}, {"id": 2, "mail": None}, {"id": 3}])
    assert schema == {
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": {"type": "integer"},
            "mail": {"type": "string", "format": "email", "nullable": True, "x-guess": "seen in 2 of 3"},
        },
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-01-31", "date"),
        ("2026-01-31T12:00:00Z", "date-time"),
        ("ada@example.com", "email"),
        (UUID, "uuid"),
        ("https://example.com/a", "uri"),
    ],
)
def test_a_format_is_what_all_texts_have(text: str, name: str) -> None:
    assert schema_of([text, text]) == {"type": "string", "format": name}
    assert schema_of([text, "other"]) == {"type": "string"}


def test_an_enum_needs_strong_evidence() -> None:
    few = [{"status": each} for each in ("open", "won", "lost")]
    assert "enum" not in schema_of(few)["properties"]["status"]
    found = schema_of(few * 5)["properties"]["status"]
    assert found["enum"] == ["lost", "open", "won"]
    assert found["x-guess"] == "all 15 samples have one of these 3 values"
    assert "enum" not in schema_of([{"city": each["status"]} for each in few * 5])["properties"]["city"]


def test_members_named_by_ids_are_a_map() -> None:
    schema = schema_of([{"17": {"n": 1}, "18": {"n": 2}}])
    assert schema["additionalProperties"]["properties"] == {"n": {"type": "integer"}}
    assert "properties" not in schema


def test_values_of_several_types_are_alternatives() -> None:
    assert schema_of([1, "a"])["anyOf"] == [{"type": "integer"}, {"type": "string"}]


def test_a_leading_zero_makes_a_text() -> None:
    assert schema_of_texts("number", ["007", "12"]) == {"type": "string"}


def test_names_that_are_values_are_not_in_the_draft(tmp_path: Path) -> None:
    token = "9f86d081884c7d659a2feaa0c55ad015"
    document = drafted(
        tmp_path,
        call("POST", f"/contacts?{token}=1", sent={token: "x"}, received={token: "x"}, headers={f"X-{token}": "1"}),
    )
    assert token not in str(document).lower()
