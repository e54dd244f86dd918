from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from crm_mocks.generic import GenericVendor
from crm_mocks.generic.sample_values import sample_request
from crm_mocks.generic.xml_bodies import xml_text
from tests.conftest import Api
from tests.supplied.documents import document, supplied

_TEXT = {"type": "string"}
_HEAD = "<?xml version='1.0' encoding='utf-8'?>\n"


def _written(schema: Any, value: Any, **schemas: Any) -> str:
    text = xml_text({"components": {"schemas": schemas}}, schema, value)
    ET.fromstring(text)  # well-formed
    return text.removeprefix(_HEAD)


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"xml": {"name": "lead"}}, {"name": "A & B"}, "<lead><name>A &amp; B</name></lead>"),
        (
            {"properties": {"id": {"type": "integer", "xml": {"attribute": True, "name": "key"}}}},
            {"id": 7},
            '<root key="7" />',
        ),
        (
            {"properties": {"tags": {"type": "array", "items": {**_TEXT, "xml": {"name": "tag"}}}}},
            {"tags": ["a", "b"]},
            "<root><tag>a</tag><tag>b</tag></root>",
        ),
        (
            {
                "properties": {
                    "tags": {
                        "type": "array",
                        "xml": {"name": "all", "wrapped": True},
                        "items": {**_TEXT, "xml": {"name": "tag"}},
                    }
                }
            },
            {"tags": ["a"]},
            "<root><all><tag>a</tag></all></root>",
        ),
        (
            {"properties": {"tags": {"type": "array", "xml": {"wrapped": True}, "items": _TEXT}}},
            {"tags": ["a"]},
            "<root><tags><tags>a</tags></tags></root>",
        ),
        (
            {"xml": {"name": "lead", "prefix": "crm", "namespace": "urn:crm"}, "properties": {}},
            {},
            '<crm:lead xmlns:crm="urn:crm" />',
        ),
        ({"xml": {"name": "lead", "namespace": "urn:crm"}}, {}, '<lead xmlns="urn:crm" />'),
        ({"xml": {"name": "lead", "prefix": "crm"}}, {}, "<lead />"),
        ({"$ref": "#/components/schemas/Lead"}, {"open": True, "left": None}, "<Lead><open>true</open></Lead>"),
        ({"type": "array", "items": {}}, [{"a": 1}], "<root><entry><a>1</a></entry></root>"),
        ({}, {"2 b": "\x00"}, "<root><_2_b>\N{REPLACEMENT CHARACTER}</_2_b></root>"),
        ({}, 5, "<root>5</root>"),
    ],
)  # fmt: skip  # one line each
def test_a_value_is_written_as_its_schema_says(schema: Any, value: Any, expected: str) -> None:
    assert _written(schema, value, Lead={"type": "object"}) == expected


_LEAD = {
    "type": "object",
    "required": ["id", "name"],
    "xml": {"name": "lead"},
    "properties": {"id": {"type": "integer", "readOnly": True, "xml": {"attribute": True}}, "name": _TEXT},
}


def _api(folder: Path, *media_types: str, **media: Any) -> Api:
    content = {each: {"schema": {"$ref": "#/components/schemas/Lead"}, **media} for each in media_types}
    requests = {each: {"schema": {"$ref": "#/components/schemas/Lead"}} for each in ("application/json", *media_types)}
    made = {"201": {"description": "made", "content": content}}
    paths = {
        "/leads": {"post": {"requestBody": {"content": requests}, "responses": made}},
        "/leads/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"responses": {"200": {"description": "a lead", "content": content}}},
        },
    }
    contract = document(paths=paths, components={"schemas": {"Lead": _LEAD}})
    return Api(GenericVendor("crm", supplied(folder, contract)))


def test_a_sample_request_is_xml_where_its_media_type_is(tmp_path: Path) -> None:
    lead = {"schema": {"$ref": "#/components/schemas/Lead"}}
    examples = {"bob": {"value": {"name": "Bob"}}, "text": {"value": "<lead/>"}}
    body = {"content": {"application/xml": {**lead, "examples": examples}}}
    post = {"operationId": "addLead", "requestBody": body, "responses": {"201": {"description": ""}}}
    contract = supplied(tmp_path, document(paths={"/leads": {"post": post}}, components={"schemas": {"Lead": _LEAD}}))
    sample = sample_request(GenericVendor("crm", contract).contract_file.in_force(None), "addLead")
    assert ET.fromstring(sample["body"]).tag == "lead"
    assert sample["xml_examples"] == [
        {"name": "bob", "media_type": "application/xml", "body": f"{_HEAD}<lead><name>Bob</name></lead>"},
        {"name": "text", "media_type": "application/xml", "body": "<lead/>"},
    ]


def test_a_response_documented_only_as_xml_is_xml(tmp_path: Path) -> None:
    api = _api(tmp_path, "application/xml")
    made = api.post("/leads", json={"name": "Ada"})
    root = ET.fromstring(made.text)
    read = api.get(f"/leads/{root.get('id')}")
    defects = [each.response_defects for each in api.entries()]
    api.close()
    assert made.headers["content-type"] == "application/xml"
    assert (root.tag, root.findtext("name")) == ("lead", "Ada")
    assert read.text == made.text
    assert defects == [[], []]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [("application/xml", "application/xml"), ("application/json", "application/json"), ("*/*", "application/json")],
)
def test_the_client_chooses_xml_by_accept(tmp_path: Path, accept: str, media_type: str) -> None:
    api = _api(tmp_path, "application/json", "application/xml")
    made = api.post("/leads", json={"name": "Ada"}, headers={"Accept": accept})
    api.close()
    assert made.headers["content-type"] == media_type
    assert made.text.startswith("<?xml" if "xml" in media_type else "{")


def test_xml_has_the_examples_of_json(tmp_path: Path) -> None:
    lead = {"schema": {"$ref": "#/components/schemas/Lead"}}
    content = {"application/json": {**lead, "example": {"id": 3, "name": "Bob"}}, "application/xml": lead}
    paths = {"/lead": {"get": {"responses": {"200": {"description": "", "content": content}}}}}
    contract = supplied(tmp_path, document(paths=paths, components={"schemas": {"Lead": _LEAD}}))
    api = Api(GenericVendor("crm", contract, stateless=True))
    answer = api.get("/lead", headers={"Accept": "application/xml"})
    api.close()
    assert answer.text == f'{_HEAD}<lead id="3"><name>Bob</name></lead>'


def test_an_example_that_is_a_string_is_sent_as_it_is(tmp_path: Path) -> None:
    api = _api(tmp_path, "application/xml", example="<lead  id='1'/>")
    made = api.post("/leads", json={"name": "Ada"}, headers={"Prefer": "code=201"})
    api.close()
    assert made.text == "<lead  id='1'/>"


def test_a_request_in_xml_is_accepted_and_the_contract_noted(tmp_path: Path) -> None:
    api = _api(tmp_path, "application/json", "application/xml")
    made = api.post("/leads", content="<anything/>", headers={"Content-Type": "application/xml"})
    entry = api.entries()[0]
    notes = api.app.mock_app.contracts["crm"].supplied.notes
    api.close()
    assert made.status_code == 201
    assert set(made.json()) == {"id", "name"}
    assert (entry.violations, entry.response_defects) == ([], [])
    assert [each.text for each in notes] == ["bodies in application/xml are accepted without validation"]
