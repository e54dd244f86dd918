"""Stubs: responses for paths that no contract has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import crm_mocks
from crm_mocks.cli.inputs import load_seed
from crm_mocks.vendor import Vendor
from tests.admin.conftest import Control
from tests.conftest import Api
from tests.server.connections import connect, received, serving_toy

CONTACTS = "/toy/contacts"


@pytest.fixture
def control(toy: Api) -> Control:
    return Control(toy)


def stub(control: Control, **members: Any) -> str:
    response = control.post("responses", members)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


@pytest.mark.parametrize("path", ["/elsewhere/dealers/7", "/toy/dealers/7"])
def test_a_stub_answers_a_path_that_no_contract_has(control: Control, path: str) -> None:
    stub(control, method="GET", path=path.replace("7", "{id}"), status=203, body={"id": 7}, headers={"X-A": "b"})
    response = control.api.get(path)
    assert (response.status_code, response.json(), response.headers["x-a"]) == (203, {"id": 7}, "b")
    assert response.headers["content-type"] == "application/json"
    assert "sl-violations" not in response.headers
    [entry] = control.api.entries()
    assert (entry.operation, entry.chosen_by, entry.violations, entry.status) == ("", "queue", [], 203)


def test_a_stub_answers_once_by_default_and_always_if_times_is_null(control: Control) -> None:
    stub(control, method="GET", path="/one", status=204)
    stub(control, method="GET", path="/all", status=204, times=None)
    assert [control.api.get("/one").status_code for _ in range(2)] == [204, 404]
    assert [control.api.get("/all").status_code for _ in range(5)] == [204] * 5


def test_a_stub_for_another_method_of_a_documented_path_answers(control: Control) -> None:
    stub(control, method="GET", path=CONTACTS, body=[])
    assert control.api.get(CONTACTS).json() == []


def test_a_stub_for_a_documented_path_is_a_response_of_the_operation(control: Control) -> None:
    stub(control, method="post", path=CONTACTS, example="duplicate")
    [queued] = control.api.get("/__admin/responses").json()["responses"]
    assert queued["operation"] == "toy.createContact"
    assert control.create().status_code == 409
    assert control.api.entries()[0].outcome == "duplicate"


def test_a_wildcard_leaves_documented_operations_alone(control: Control) -> None:
    stub(control, method="*", path="/*", status=418, times=None)
    assert control.create().status_code == 201
    assert control.api.get("/toy/other").status_code == 418


def test_match_selects_by_body(control: Control) -> None:
    stub(control, method="POST", path="/x", match={"a": 1}, body="one")
    assert control.api.post("/x", json={"a": 2}).status_code == 404
    assert control.api.post("/x", content=b"{").status_code == 404
    assert control.api.post("/x", json={"a": 1, "b": 2}).json() == "one"


@pytest.mark.parametrize("path", ["/x", "/toy/x"])
def test_a_stub_belongs_to_its_session(control: Control, path: str) -> None:
    stub(control, session="mine", method="GET", path=path, times=None)
    assert control.api.get(path).status_code == 404
    assert control.api.get(f"/~mine{path}").status_code == 200


def test_raw_bodies_other_media_types_and_null_are_sent_as_given(control: Control) -> None:
    stub(control, method="GET", path="/raw", body_base64="AAE=", headers={"Content-Type": "image/x"})
    stub(control, method="GET", path="/text", body="<a/>", headers={"Content-Type": "text/xml"})
    stub(control, method="GET", path="/null", body=None)
    assert control.api.get("/raw").content == b"\0\1"
    text = control.api.get("/text")
    assert (text.text, text.headers["content-type"]) == ("<a/>", "text/xml")
    assert control.api.get("/null").content == b""


def test_pending_stubs_are_listed(control: Control) -> None:
    stub(control, method="GET", path="/x/{id}", body={}, times=None)
    [listed] = control.api.get("/__admin/responses").json()["responses"]
    assert (listed["method"], listed["path"], listed["times"]) == ("GET", "/x/{id}", None)
    assert "operation" not in listed


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"method": "GET"}, "'path'"),
        ({"path": "/x"}, "'method'"),
        ({"method": "GET", "path": "/x", "operation": "toy.createContact"}, "either 'operation'"),
        ({"method": "GET", "path": "/x", "example": "created"}, "'example' needs an operation"),
        ({"method": "GET", "path": "/x", "phase": "after"}, "'phase' needs an operation"),
        ({"method": "GET", "path": "x", "status": 200}, "begin with a slash"),
    ],
)
def test_invalid_stubs_are_rejected(control: Control, values: dict[str, Any], message: str) -> None:
    response = control.post("responses", {"status": 200, **values})
    assert response.status_code == 400
    assert message in response.json()["detail"]


def test_head_gets_no_body(control: Control) -> None:
    stub(control, method="HEAD", path="/x", body={"a": 1})
    response = control.api.request("HEAD", "/x")
    assert (response.status_code, response.content, response.headers["content-length"]) == (200, b"", "7")


def test_cors_applies_to_stubs(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    control = Control(api(toy_vendor, cors=True))
    stub(control, method="GET", path="/x")
    response = control.api.get("/x", headers={"Origin": "https://page.example"})
    assert response.headers["access-control-allow-origin"] == "https://page.example"


def test_faults_and_delays_apply_to_stubs(toy_vendor: Vendor) -> None:
    with serving_toy(toy_vendor) as mocks:
        mocks.respond(method="GET", path="/x", body={"a": 1}, fault="TRUNCATED_BODY")
        mocks.respond(method="GET", path="/y", fault="EMPTY_RESPONSE", delay_ms=10)
        for path, ends in ((b"/x", b'{"a'), (b"/y", b"")):
            with connect(mocks) as connection:
                connection.sendall(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path)
                assert received(connection).endswith(ends)
        entries = list(mocks.mock_app.sessions.get("default").journal.entries())
        assert [entry.fault for entry in entries] == ["TRUNCATED_BODY", "EMPTY_RESPONSE"]


def test_a_seed_file_has_stubs_and_responses(tmp_path: Path, toy_vendor: Vendor) -> None:
    import httpx

    file = tmp_path / "seed.yaml"
    file.write_text(
        "toy: {contacts: [{id: 1, email: a@b.c}]}\n"
        "responses:\n"
        "  - {method: GET, path: '/other/{id}', body: {a: 1}, times: null}\n"
        "  - {operation: activix.createLead, status: 500}\n",
        "utf-8",
    )
    records, responses = load_seed(file, ["toy"])
    with crm_mocks.serve([toy_vendor], port=0, records=records, replay=responses) as mocks:
        assert httpx.get(f"{mocks.url}/other/1").json() == {"a": 1}
        assert httpx.get(f"{mocks.url}/~mine/other/2").json() == {"a": 1}


def test_stubs_are_not_in_the_contract_and_break_nothing(control: Control) -> None:
    control.create()
    stub(control, method="GET", path="/x/*", times=None)
    for path in ("/x/1", "/x/1", "/x/2"):
        control.api.get(path)
    verdict = control.api.get("/__admin/verdict").json()
    assert (verdict["verdict"], verdict["findings"], verdict["faulty"]) == ("kept", [], 0)
    assert [(each["request"], each["count"], each["remark"]) for each in verdict["unmatched"]] == [
        ("GET /x/1", 2, "stubbed"),
        ("GET /x/2", 1, "stubbed"),
    ]
    assert [operation["key"] for operation in verdict["operations"]] == ["toy.createContact"]


def test_a_stub_that_is_a_refusal_breaks_nothing(control: Control) -> None:
    stub(control, method="GET", path="/x", status=404)
    control.api.get("/x")
    assert control.api.get("/__admin/verdict").json()["findings"] == []
    assert control.api.get("/__admin/requests/unmatched").json()["requests"] == []


def test_the_report_prints_the_stub_and_the_allow_line(control: Control) -> None:
    control.api.get("/toy/dealers")
    report = control.api.get("/__admin/verdict?format=markdown").text
    assert "--allow 'GET /toy/dealers'" in report
    assert (
        """curl "$CRM_MOCKS_URL"/__admin/responses -d '{"method": "GET", "path": "/toy/dealers", "status": 200, """
        """"body": {}, "times": null}'"""
    ) in report


def test_an_allowed_path_is_listed_as_not_in_the_contract(control: Control) -> None:
    control.create()
    control.api.get("/toy/dealers")
    verdict = control.api.get("/__admin/verdict", params={"allow": "GET /toy/dealers", "format": "markdown"}).text
    assert "GET /toy/dealers ×1: allowed" in verdict
    assert "Broken, but allowed or known" not in verdict


def test_an_unused_stub_is_named_by_its_path(control: Control) -> None:
    control.create()
    stub(control, method="GET", path="/x/{id}", body={})
    [unused] = control.api.get("/__admin/verdict").json()["unused"]
    assert (unused["operation"], unused["response"]) == ("GET /x/{id}", "a body")
