from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crm_mocks.contract.operation import Operation
from tests.supplied.documents import document, served, supplied


def operation(folder: Path, responses: dict[str, Any], **parts: Any) -> Operation:
    """Return the operation POST /leads with the given responses."""
    contract = document(paths={"/leads": {"post": {"operationId": "a", "responses": responses, **parts}}})
    return served(folder, contract).operations["a"]


def response(**media: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": media}}


def documented(found: Operation) -> dict[int, list[str]]:
    """Return the names of outcomes by status, without those of the protocol."""
    names: dict[int, list[str]] = {}
    for outcome in found.outcomes.values():
        if not outcome.protocol:
            names.setdefault(outcome.status, []).append(outcome.name)
    return names


def test_examples_are_outcomes(tmp_path: Path) -> None:
    found = operation(tmp_path, {"201": response(examples={"new lead": {"value": 1}, "known": {"value": 2}})})
    assert documented(found) == {201: ["new_lead", "known"]}
    assert found.outcomes["known"].value == {"application/json": 2}


def test_a_single_example_is_an_outcome_named_by_its_status(tmp_path: Path) -> None:
    found = operation(tmp_path, {"200": response(example={"id": 1})})
    assert found.outcomes["status_200"].value == {"application/json": {"id": 1}}
    assert not found.outcomes["status_200"].generated


@pytest.mark.parametrize("media", [{}, {"example": None}, {"examples": {"a": {"externalValue": "a.json"}}}])
def test_without_an_example_the_outcome_is_generated(tmp_path: Path, media: dict[str, Any]) -> None:
    outcome = operation(tmp_path, {"200": response(schema={"type": "object"}, **media)}).outcomes["status_200"]
    assert outcome.generated
    assert outcome.value == {"application/json": None}


def test_a_response_without_body_is_an_outcome(tmp_path: Path) -> None:
    found = operation(tmp_path, {"204": {"description": ""}})
    assert documented(found) == {204: ["status_204"]}
    assert found.outcomes["status_204"].value == {}


def test_examples_of_the_same_name_get_the_status(tmp_path: Path) -> None:
    same = response(examples={"default": {"value": 1}})
    assert documented(operation(tmp_path, {"200": same, "404": same})) == {200: ["default"], 404: ["default_404"]}


def test_the_default_stands_for_errors_that_are_not_documented(tmp_path: Path) -> None:
    found = operation(tmp_path, {"200": {"description": ""}, "404": {"description": ""}, "default": response()})
    assert sorted(documented(found)) == [200, 400, 404, 429, 500]
    assert found.response(418) is found.responses[400]
    assert found.response(503) is found.responses[500]
    assert found.response(404) is found.responses[404]


def test_a_default_alone_is_the_success(tmp_path: Path) -> None:
    found = operation(tmp_path, {"default": response(example=1)})
    assert documented(found) == {200: ["status_200"]}
    assert found.response(503) is found.responses[200]


def test_ranges_stand_for_statuses(tmp_path: Path) -> None:
    found = operation(tmp_path, {"2XX": {"description": ""}, "4xx": response(), "5XX": response()})
    assert sorted(documented(found)) == [200, 400, 404, 429, 500]
    assert found.response(201) is found.responses[200]
    assert found.response(302) is None


def test_security_and_bodies_bring_their_refusals(tmp_path: Path) -> None:
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    body = {"content": {"application/json": {}}}
    node = {
        "operationId": "a",
        "security": [{"key": []}],
        "requestBody": body,
        "responses": {"200": {"description": ""}, "default": response()},
    }
    contract = document(paths={"/leads": {"post": node}}, components={"securitySchemes": schemes})
    found = served(tmp_path, contract).operations["a"]
    assert sorted(documented(found)) == [200, 400, 401, 403, 404, 409, 415, 429, 500]


def test_statuses_of_http_are_answered_without_being_documented(tmp_path: Path) -> None:
    found = operation(tmp_path, {"200": {"description": ""}}, requestBody={"content": {"application/json": {}}})
    protocol = {outcome.status: outcome for outcome in found.outcomes.values() if outcome.protocol}
    assert sorted(protocol) == [400, 404, 405, 408, 413, 415, 431, 500]
    assert protocol[404].media_type == "application/problem+json"
    assert protocol[404].basis == "host-undocumented-responses"


def test_a_documented_422_takes_the_place_of_400(tmp_path: Path) -> None:
    assert 400 not in operation(tmp_path, {"200": {"description": ""}, "422": {"description": ""}}).responses


def test_an_operation_without_success_answers_200(tmp_path: Path) -> None:
    assert operation(tmp_path, {"404": {"description": ""}}).success().status == 200


def test_json_comes_first(tmp_path: Path) -> None:
    content = {"application/xml": {"example": "<a/>"}, "application/json": {"example": 1}}
    found = operation(tmp_path, {"200": {"description": "", "content": content}})
    assert found.success().media_type == "application/json"


def test_xml_is_not_compared_with_its_schema(tmp_path: Path) -> None:
    content = {"application/xml": {"schema": {"type": "object"}, "example": "<a/>"}}
    found = operation(tmp_path, {"200": {"description": "", "content": content}})
    assert found.responses[200].validators["application/xml"].is_valid("<a/>")
    assert found.responses[200].schemas["application/xml"] == {"type": "object"}


def test_a_range_of_media_types_holds_each_of_them(tmp_path: Path) -> None:
    content = {"image/*": {"schema": {"type": "string", "format": "binary"}}}
    found = operation(tmp_path, {"200": {"description": "", "content": content}}, requestBody={"content": content})
    assert [*found.responses[200].validators] == ["image/png"]
    assert found.responses[200].validators.get("image/gif") is not None
    assert found.responses[200].validators.get("text/plain") is None
    assert found.body is not None
    assert "image/webp" in found.body.media_types


def test_a_response_that_does_not_exist_is_left_out_with_a_note(tmp_path: Path) -> None:
    responses = {"200": {"description": ""}, "404": {"$ref": "#/components/responses/none"}, "4": {}}
    contract = supplied(tmp_path, document(paths={"/leads": {"post": {"operationId": "a", "responses": responses}}}))
    assert [note.text for note in contract.notes] == [
        "the reference #/components/responses/none does not exist; the response is left out",
        "the status 4 is unknown; the response is left out",
    ]
