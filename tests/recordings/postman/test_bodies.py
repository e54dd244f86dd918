"""Request bodies of a collection."""

from __future__ import annotations

from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest

from crm_contracts.judge.exchange import Part
from tests.recordings.postman.collections import BASE, pairs, read_one, request


def sent(body: Any, header: Any = (), **members: Any) -> Any:
    return read_one(request(f"{BASE}/contacts", "POST", header=list(header), body=body), **members).exchange


def media_type(exchange: Any) -> str:
    return next((value for name, value in exchange.request_headers if name == "Content-Type"), "")


@pytest.mark.parametrize(
    ("raw", "language", "expected"),
    [
        ('{"a": 1}', "json", "application/json"),
        ('{"a": 1}', "", "application/json"),
        ("[1]", "text", ""),
        ("<a/>", "xml", "application/xml"),
        ("hello", "", ""),
        ("{half", "", ""),
    ],
)
def test_a_raw_body_has_the_media_type_of_its_language_unless_that_is_text(
    raw: str, language: str, expected: str
) -> None:
    options = {"options": {"raw": {"language": language}}} if language else {}
    found = sent({"mode": "raw", "raw": raw, **options})
    assert (found.request_body.decode(), media_type(found)) == (raw, expected)


def test_the_header_of_the_request_names_the_media_type() -> None:
    found = sent({"mode": "raw", "raw": "{}"}, pairs(**{"Content-Type": "application/vnd.api+json"}))
    assert media_type(found) == "application/vnd.api+json"


def test_variables_of_a_raw_body_are_filled() -> None:
    found = sent({"mode": "raw", "raw": '{"id": {{id}}, "name": "{{name}}"}'}, variable=pairs(id="7"))
    assert orjson.loads(found.request_body) == {"id": 7, "name": "name"}


def test_json_that_a_variable_without_value_makes_invalid_is_missing() -> None:
    found = sent({"mode": "raw", "raw": '{"id": {{id}}}'})
    assert Part.REQUEST_BODY in found.missing_parts
    assert media_type(found) == "application/json"


def test_comments_in_json_are_not_sent() -> None:
    raw = (
        '{\n  // the name\n  "name": "Ada", /* her\n site */ "url": "https://ada.example/*x*/", // end\n  "a": "\\"//"}'
    )
    found = sent({"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}})
    assert orjson.loads(found.request_body) == {"name": "Ada", "url": "https://ada.example/*x*/", "a": '"//'}


def test_an_encoded_form_has_its_enabled_fields() -> None:
    fields = [*pairs(**{"a b": "1&2", "{{name}}": "{{value}}"}), {"key": "c", "value": "3", "disabled": True}]
    found = sent({"mode": "urlencoded", "urlencoded": fields}, variable=pairs(name="n", value="v"))
    assert parse_qsl(found.request_body.decode()) == [("a b", "1&2"), ("n", "v")]
    assert media_type(found) == "application/x-www-form-urlencoded"


def test_a_multipart_form_has_its_enabled_fields_and_files() -> None:
    fields = [
        {"key": "title", "value": "{{title}}", "type": "text"},
        {"key": "meta", "value": "{}", "contentType": "application/json"},
        {"key": "photo", "type": "file", "src": "/home/ada/a.png"},
        {"key": "old", "value": "x", "disabled": True},
    ]
    found = sent({"mode": "formdata", "formdata": fields}, variable=pairs(title="Ada"))
    parts = message_from_bytes(f"Content-Type: {media_type(found)}\r\n\r\n".encode() + found.request_body).get_payload()
    assert [each.get("Content-Disposition") for each in parts] == [
        'form-data; name="title"',
        'form-data; name="meta"',
        'form-data; name="photo"; filename="file"',
    ]
    assert [each.get_payload() for each in parts] == ["Ada", "{}", "content"]
    assert [each.get("Content-Type") for each in parts] == [None, "application/json", "application/octet-stream"]


def test_the_name_of_a_field_cannot_end_its_line() -> None:
    found = sent({"mode": "formdata", "formdata": [{"key": 'a"\r\nX-Evil: 1', "value": "x"}]})
    assert b'name="a%22%0D%0AX-Evil: 1"\r\n\r\nx\r\n' in found.request_body


def test_a_multipart_type_of_a_header_is_replaced_since_postman_chooses_the_boundary() -> None:
    body = {"mode": "formdata", "formdata": pairs(a="1")}
    found = sent(body, pairs(**{"Content-Type": "multipart/form-data; boundary=other"}))
    assert "boundary=other" not in str(found.request_headers)


@pytest.mark.parametrize(
    ("graphql", "expected"),
    [
        ({"query": "{ a }"}, {"query": "{ a }"}),
        ({"query": "{ a }", "variables": ""}, {"query": "{ a }"}),
        ({"query": "{ {{name}} }", "variables": '{"id": {{id}}}'}, {"query": "{ contact }", "variables": {"id": 7}}),
        ({"query": "{ a }", "variables": {"id": 7}}, {"query": "{ a }", "variables": {"id": 7}}),
        ({"query": "query A { a }", "operationName": "A"}, {"query": "query A { a }", "operationName": "A"}),
    ],
)
def test_a_graphql_body_is_json(graphql: Any, expected: Any) -> None:
    found = sent({"mode": "graphql", "graphql": graphql}, variable=pairs(name="contact", id="7"))
    assert orjson.loads(found.request_body) == expected
    assert media_type(found) == "application/json"


def test_variables_of_graphql_that_are_no_json_are_missing() -> None:
    found = sent({"mode": "graphql", "graphql": {"query": "{ a }", "variables": '{"id": {{id}}}'}})
    assert Part.REQUEST_BODY in found.missing_parts


def test_the_body_of_a_file_is_missing() -> None:
    assert Part.REQUEST_BODY in sent({"mode": "file", "file": {"src": "/home/ada/a.csv"}}).missing_parts


@pytest.mark.parametrize("body", [None, "text", 5, {}, {"mode": "raw"}, {"mode": "raw", "raw": " "}, {"mode": "other"}])
def test_without_content_there_is_no_body(body: Any) -> None:
    found = sent(body)
    assert (found.request_body, media_type(found)) == (b"", "")


def test_a_disabled_body_is_not_sent() -> None:
    assert sent({"mode": "raw", "raw": "{}", "disabled": True}).request_body == b""
