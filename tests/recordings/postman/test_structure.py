"""Folders, variables, headers and saved responses of a collection."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from crm_contracts.judge.exchange import Part
from crm_contracts.recordings import read
from crm_contracts.recordings.postman.collection import collection_of
from crm_contracts.recordings.values import MalformedRecording
from crm_mocks.errors import UsageError
from tests.recordings.postman.collections import (
    BASE,
    RESPONSE,
    collection,
    folder,
    item,
    pairs,
    read_all,
    read_one,
    request,
)


def test_requests_know_the_folders_that_they_are_in() -> None:
    document = collection(folder("Sales", folder("Contacts", item(request())), item(request())), item(request()))
    assert [each.folders for each in read_all(document)] == [("Sales", "Contacts"), ("Sales",), ()]


def test_each_saved_response_is_an_exchange_of_its_own_request() -> None:
    refused = RESPONSE | {"code": 422, "originalRequest": request(f"{BASE}/contacts?bad=1"), "body": "{}"}
    accepted, other = (each.exchange for each in read_all(collection(item(request(), RESPONSE, refused))))
    assert (accepted.url, accepted.status, accepted.response_body) == (f"{BASE}/contacts", 200, b'{"id": 42}')
    assert (other.url, other.status, other.response_body) == (f"{BASE}/contacts?bad=1", 422, b"{}")


def test_without_saved_response_the_response_is_missing() -> None:
    assert Part.RESPONSE in read_one(request()).exchange.missing_parts


def test_a_saved_response_without_status_is_missing() -> None:
    [found] = read_all(collection(item(request(), RESPONSE | {"code": None})))
    assert Part.RESPONSE in found.exchange.missing_parts


def test_a_saved_response_without_body_has_no_recorded_one() -> None:
    [found] = read_all(collection(item(request(), RESPONSE | {"body": None})))
    assert found.exchange.response_body == b""


@pytest.mark.parametrize("language", ["json", "JSON", "unknown", 5, None])
def test_the_preview_language_gives_the_media_type_if_no_header_does(language: object) -> None:
    saved = RESPONSE | {"header": None, "_postman_previewlanguage": language}
    [found] = read_all(collection(item(request(), saved)))
    expected = (("Content-Type", "application/json"),) if language == "json" else ()
    assert found.exchange.response_headers == expected


def test_a_request_may_be_a_url_alone() -> None:
    found = read_one(f"{BASE}/contacts?limit=2").exchange
    assert (found.method, found.url) == ("GET", f"{BASE}/contacts?limit=2")


def test_names_and_descriptions_are_kept() -> None:
    [found] = read_all(collection(item(request(description={"content": "Reads one.", "type": "text/plain"}))))
    assert (found.name, found.description, found.title) == ("Read a contact", "Reads one.", "Their CRM")


def test_an_item_describes_a_request_without_description() -> None:
    [found] = read_all(collection(item(request(), description="Reads one.")))
    assert found.description == "Reads one."


def test_variables_of_a_folder_replace_those_of_the_collection() -> None:
    sent = request("{{base}}/{{kind}}")
    document = collection(
        folder("Deals", item(sent), variable=pairs(kind="deals")),
        item(sent),
        variable=pairs(base=BASE, kind="contacts"),
    )
    assert [each.exchange.url for each in read_all(document)] == [f"{BASE}/deals", f"{BASE}/contacts"]


def test_variables_refer_to_variables() -> None:
    variables = pairs(base="{{ scheme }}://{{host}}", scheme="https", host="api.theirs.example/v1")
    assert read_one(request("{{base}}/contacts"), variable=variables).exchange.url == f"{BASE}/contacts"


def test_variables_of_version_2_0_have_an_id() -> None:
    variables = [{"id": "base", "value": BASE, "type": "string"}]
    assert read_one(request("{{base}}/contacts"), variable=variables).exchange.url == f"{BASE}/contacts"


@pytest.mark.parametrize(("value", "text"), [(5, "5"), (True, "true"), (0, "0"), ("a", "a")])
def test_a_value_of_any_type_is_written_as_json_has_it(value: object, text: str) -> None:
    sent = request(header=[{"key": "X-A", "value": "{{a}}"}])
    assert read_one(sent, variable=pairs(a=value)).exchange.request_headers == (("X-A", text),)


def test_a_disabled_variable_has_no_value() -> None:
    variables = [{"key": "base", "value": BASE, "disabled": True}]
    assert read_one(request("{{base}}/contacts"), variable=variables).exchange.url == "/contacts"


def test_headers_are_sent_unless_disabled() -> None:
    headers = [{"key": "X-A", "value": "{{a}}"}, {"key": "X-B", "value": "2", "disabled": True}, {"value": "3"}]
    assert read_one(request(header=headers), variable=pairs(a="1")).exchange.request_headers == (("X-A", "1"),)


def test_headers_of_version_2_0_are_text() -> None:
    found = read_one(request(header="Accept: application/json\r\nX-Id: {{id}}\nnonsense\n"), variable=pairs(id="7"))
    assert found.exchange.request_headers == (("Accept", "application/json"), ("X-Id", "7"))


def test_the_form_of_postmans_api_is_read() -> None:
    assert len(read_all({"collection": collection(item(request()))})) == 1


@pytest.mark.parametrize("document", [[], {}, {"info": {}}, {"item": []}, {"info": [], "item": []}, {"collection": 1}])
def test_another_document_is_no_collection(document: object) -> None:
    assert collection_of(document) is None


def test_version_1_says_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"version 1: export it as version 2\.1"):
        collection_of({"requests": [], "order": []})


def test_items_of_another_form_are_skipped_and_named(tmp_path: Path) -> None:
    broken = [
        item(None),
        item({"url": 5}),
        item(request(), 5),
        item(request(method=5)),
        item(request(header=5)),
        "text",
    ]
    path = tmp_path / "collection.json"
    path.write_text(json.dumps(collection(*broken, item(request(), RESPONSE))))
    notes: list[str] = []
    [found] = read(path, notes.append)
    assert found.source == "collection.json, entry 6"
    assert notes == [
        "collection.json, entry 1: skipped, request must be an object",
        "collection.json, entry 2: skipped, request.url must be a string or an object",
        "collection.json, entry 3: skipped, response must be an object",
        "collection.json, entry 4: skipped, request.method must be a string",
        "collection.json, entry 5: skipped, header must be a list",
    ]


def test_a_collection_of_nothing_else_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "collection.json"
    path.write_text(json.dumps(collection(item({"url": 5}))))
    with pytest.raises(UsageError, match=r"entry 1: request\.url must be a string or an object$"):
        list(read(path, lambda _: None))


def test_folders_in_folders_without_end_are_one_line(tmp_path: Path) -> None:
    document = item(request())
    for _ in range(60):
        document = folder("in", document)
    path = tmp_path / "collection.json"
    path.write_text(json.dumps(collection(document)))
    with pytest.raises(UsageError, match=r"collection\.json: its folders are nested more than 50 deep$"):
        list(read(path, lambda _: None))


def test_variables_that_grow_without_end_are_skipped() -> None:
    variables = [{"key": f"v{n}", "value": f"{{{{v{n + 1}}}}}" * 200} for n in range(6)]
    with pytest.raises(MalformedRecording, match="variables make a text of more than 1000000 characters"):
        read_one(request("{{v0}}/contacts"), variable=[*variables, {"key": "v6", "value": "long"}])


def test_variables_that_lead_back_to_themselves_end() -> None:
    found = read_one(request(header=[{"key": "X-A", "value": "{{a}}"}]), variable=pairs(a="{{b}}", b="{{a}}"))
    assert found.exchange.request_headers[0][0] == "X-A"


def places(node: object, place: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [place, *(each for key, value in inner for each in places(value, (*place, key)))]


ODD = (None, -1, True, 1e300, "", "\ud800", "{{a}}", [], {}, [None], {"a": []})
FORMS = [
    {"mode": "raw", "raw": "{}", "options": {"raw": {"language": "json"}}},
    {"mode": "urlencoded", "urlencoded": pairs(a="1")},
    {"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "a"}]},
    {"mode": "graphql", "graphql": {"query": "{ a }", "variables": "{}"}},
]
URL = {"raw": f"{BASE}/:id", "host": ["a"], "path": ["b"], "query": pairs(q="1"), "variable": pairs(id="1")}
AUTH = {"type": "apikey", "apikey": pairs(key="X-Key", value="k")}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["mode"])
def test_any_value_is_read_or_an_error_of_one_line(form: dict[str, object]) -> None:
    sent = {"method": "POST", "header": pairs(Accept="*/*"), "url": URL, "body": form, "auth": AUTH}
    document = collection(folder("in", item(sent, RESPONSE)), variable=pairs(a="1"))
    for place in places(document)[1:]:
        for odd in ODD:
            changed = copy.deepcopy(document)
            node = changed
            for step in place[:-1]:
                node = node[step]  # type: ignore[index]  # places of the document
            node[place[-1]] = odd  # type: ignore[index]  # as above
            if collection_of(changed) is None:
                continue
            try:
                assert all(isinstance(each.exchange.request_body, bytes) for each in read_all(changed))
            except (MalformedRecording, UsageError) as error:
                assert "\n" not in str(error)  # noqa: PT017  # most values are accepted
