"""Routes that tests call all the time are served on the event loop without Flask, with the same responses."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.admin.conftest import OPERATION, Control, refused

ROUTES = [
    ("POST", "sessions"),
    ("DELETE", "sessions"),
    ("POST", "reset"),
    ("POST", "responses"),
    ("GET", "responses"),
    ("DELETE", "responses"),
    ("POST", "findings"),
    ("GET", "verdict"),
]
routes = pytest.mark.parametrize(("method", "path"), ROUTES)


@routes
def test_direct_routes_start_no_thread(
    control: Control, monkeypatch: pytest.MonkeyPatch, method: str, path: str
) -> None:
    control.create(session="mine")
    assert all(replica.admin.direct_routes for replica in control.api.replicas)  # they are loaded in a thread
    begun: list[threading.Thread] = []
    start = threading.Thread.start
    monkeypatch.setattr(threading.Thread, "start", lambda thread: (begun.append(thread), start(thread)))
    more = {"operation": OPERATION, "status": 500} if (method, path) == ("POST", "responses") else {}
    response = ask(control, method, path, {"session": "mine", **more})
    assert response.status_code in (200, 201)
    assert begun == []
    control.get("version")
    assert begun != []  # other routes do


def ask(control: Control, method: str, path: str, values: dict[str, Any]) -> Any:
    query = {"json": values} if method == "POST" else {"params": values}
    return control.api.request(method, f"/__admin/{path}", **query)


@routes
def test_direct_routes_refuse_unknown_members(control: Control, method: str, path: str) -> None:
    assert refused(ask(control, method, path, {"nonsense": "1"})).startswith("unknown member 'nonsense'")


def test_direct_routes_are_listed_with_the_others(control: Control) -> None:
    response = control.get("nonsense")
    assert response.status_code == 404
    assert all(f"/__admin/{path}" in response.json()["detail"] for _, path in ROUTES)


def test_other_methods_of_direct_routes_are_not_allowed(control: Control) -> None:
    response = control.api.request("PATCH", "/__admin/sessions")
    allowed = {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}
    assert (response.status_code, set(response.headers["allow"].split(", "))) == (405, allowed)


def test_a_repeated_argument_is_read_whole(control: Control) -> None:
    control.create(5, session="mine")
    allowed = "allow=toy.createContact:type&allow=toy.createContact:400"
    verdict = control.get(f"verdict?session=mine&format=json&{allowed}").json()
    assert [each["name"] for each in verdict["allowed"]] == ["toy.createContact:400", "toy.createContact:type"]


def test_an_error_of_a_direct_route_is_a_500(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control.mock_app, "session_url", None)
    response = control.post("sessions")
    assert (response.status_code, response.json()["detail"]) == (500, "the control API failed: see the log")


def test_a_session_without_mistakes_has_no_findings(control: Control) -> None:
    control.create(session="mine")
    assert control.post("findings", {"session": "mine"}).json() == {"exchanges": 1, "findings": []}


def test_findings_are_those_that_fail_the_verdict(control: Control) -> None:
    control.create(5, session="mine")
    found = control.post("findings", {"session": "mine"}).json()
    verdict = control.get("verdict?session=mine&format=json").json()
    assert (found["exchanges"], found["findings"]) == (1, verdict["findings"])
    assert [each["rule"] for each in found["findings"]] == ["type"]


def test_allowed_findings_are_left_out(control: Control) -> None:
    control.create(5, session="mine")
    assert control.post("findings", {"session": "mine", "allow": ["toy.createContact:*"]}).json()["findings"] == []
    assert "no operation" in refused(control.post("findings", {"session": "mine", "allow": ["toy.createNothing:400"]}))


def test_findings_can_close_the_session(control: Control) -> None:
    control.create(5, session="mine")
    assert len(control.post("findings", {"session": "mine", "close": True}).json()["findings"]) == 1
    assert control.api.records("contacts", "mine") == []


def test_findings_of_an_unknown_session_are_a_404(control: Control) -> None:
    assert control.post("findings", {"session": "nobody"}).status_code == 404
