"""URLs of a collection: path variables, queries and parts."""

from __future__ import annotations

from typing import Any

import pytest

from crm_contracts.recordings.values import MalformedRecording
from tests.recordings.postman.collections import BASE, collection, item, pairs, read_all, read_one


def read(url: Any, **variables: Any) -> Any:
    return read_one({"method": "GET", "url": url}, variable=pairs(**variables))


@pytest.mark.parametrize(
    ("variable", "segment", "names"),
    [
        ([{"key": "id", "value": "42"}], "42", ("", "", "id")),
        ([{"key": "id", "value": "{{known}}"}], "7", ("", "", "id")),
        ([{"key": "id", "value": "{{unknown}}"}], "unknown", ("", "", "id")),
        ([{"key": "id", "value": ""}], "id", ("", "", "id")),
        ([], "id", ("", "", "id")),
    ],
)
def test_a_path_variable_keeps_its_name(variable: Any, segment: str, names: tuple[str, ...]) -> None:
    found = read({"raw": f"{BASE}/contacts/:id", "variable": variable}, known="7")
    assert found.exchange.url == f"{BASE}/contacts/{segment}"
    assert found.url.names == names


def test_path_variables_are_described() -> None:
    found = read({"raw": f"{BASE}/:id", "variable": [{"key": "id", "value": "1", "description": "The number."}]})
    assert found.url.descriptions == (("id", "The number."),)


def test_a_variable_of_the_path_is_a_parameter_if_its_value_is_no_word() -> None:
    assert read("{{base}}/contacts/{{contact}}", base=BASE, contact="42").url.names == ("", "", "contact")
    assert read("{{base}}/{{version}}/contacts", base="https://a.example", version="v2").url.names == ("", "")


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (f"{BASE}/contacts?a=1&b=x%20y#part", f"{BASE}/contacts?a=1&b=x+y"),
        ("api.theirs.example/contacts", "http://api.theirs.example/contacts"),
        ({"raw": "", "protocol": "https", "host": ["a", "example"], "path": ["v1", "x"]}, "https://a.example/v1/x"),
        ({"protocol": "https", "host": "a.example", "path": "/v1/x"}, "https://a.example/v1/x"),
        ({"host": "{{base}}", "path": [{"type": "string", "value": "x"}]}, f"{BASE}/x"),
        ("{{unknown}}/contacts", "/contacts"),
        ("{{base}}", BASE),
        (f"{BASE}/a b/ü", f"{BASE}/a%20b/%C3%BC"),
        (f"{BASE}/contacts:batch", f"{BASE}/contacts:batch"),
    ],
)
def test_a_url_is_text_or_parts(url: Any, text: str) -> None:
    assert read(url, base=BASE).exchange.url == text


def test_a_disabled_query_parameter_is_known_but_not_sent() -> None:
    query = [{"key": "a", "value": "{{a}}"}, {"key": "b", "value": "2", "disabled": True}, {"key": None, "value": "3"}]
    found = read({"raw": f"{BASE}/contacts?a=1", "query": query}, a="1")
    assert found.exchange.url == f"{BASE}/contacts?a=1"
    assert [(each.name, each.is_sent) for each in found.url.query] == [("a", True), ("b", False)]


def test_dynamic_variables_are_named_without_their_mark() -> None:
    found = read(f"{BASE}/contacts/{{{{$guid}}}}?at={{{{$timestamp}}}}")
    assert found.url.names == ("", "", "guid")
    assert "$" not in found.exchange.url


@pytest.mark.parametrize("url", [5, [], True, "http://[::1/contacts"])
def test_what_is_no_url_is_an_error(url: Any) -> None:
    with pytest.raises(MalformedRecording, match=r"^request\.url "):
        read(url)


def test_a_request_without_url_is_an_error() -> None:
    with pytest.raises(MalformedRecording, match=r"^request\.url must be a string or an object$"):
        read_all(collection(item({"method": "GET"})))
