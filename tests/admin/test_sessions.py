"""Creating and resetting sessions."""

from __future__ import annotations

import pytest

from crm_mocks.admin.session_routes import MAX_ALLOWED_CHARACTERS
from crm_mocks.errors import UsageError
from tests.admin.conftest import CONTACTS, Control, refused


def test_without_a_server_a_session_is_reached_by_its_prefix(control: Control) -> None:
    response = control.post("sessions", {"session": "checkout"})
    assert response.status_code == 201
    assert response.json() == {"session": "checkout", "url": "http://127.0.0.1:4010/~checkout"}
    assert control.api.post(f"{response.json()['url']}{CONTACTS}", json={"email": "a@b.c"}).status_code == 201
    assert len(control.api.entries("checkout")) == 1


def test_unnamed_sessions_get_unique_names(control: Control) -> None:
    names = [control.api.post("/__admin/sessions").json()["session"] for _ in range(3)]
    assert len(set(names)) == 3


@pytest.mark.one_process
def test_a_server_opens_a_port_for_the_session(control: Control) -> None:
    async def open_port(name: str) -> int:
        control.mock_app.sessions.bind_port(name, 5001)
        return 5001

    control.mock_app.open_port = open_port
    assert control.post("sessions", {"session": "mine"}).json() == {
        "session": "mine",
        "url": "http://127.0.0.1:5001",
    }


def test_a_server_out_of_ports_is_a_conflict(control: Control) -> None:
    async def open_port(_: str) -> int:
        raise OSError(24, "Too many open files")

    control.mock_app.open_port = open_port
    response = control.post("sessions")
    assert response.status_code == 409
    assert "Too many open files" in response.json()["detail"]


def test_errors_of_the_server_are_reported(control: Control) -> None:
    async def open_port(_: str) -> int:
        raise UsageError("no port is left")

    control.mock_app.open_port = open_port
    assert refused(control.post("sessions")) == "no port is left"


@pytest.mark.parametrize("name", ["a b", "ü", "a/b", "*", "x" * 101])
def test_invalid_session_names_are_rejected(control: Control, name: str) -> None:
    assert "letters" in refused(control.post("sessions", {"session": name}))


def test_reset_clears_one_session(control: Control) -> None:
    control.create(session="one")
    control.create(session="two")
    assert control.post("reset", {"session": "one"}).json() == {"reset": ["one"]}
    assert control.create(session="one").status_code == 201
    assert control.create(session="two").status_code == 409


def test_reset_without_a_name_clears_all(control: Control) -> None:
    control.create(session="one")
    control.create(session="two")
    response = control.api.post("/__admin/reset")
    assert sorted(response.json()["reset"]) == ["one", "two"]
    assert [control.create(session=name).status_code for name in ("one", "two")] == [201, 201]


def test_reset_clears_settings_clock_and_queue(control: Control) -> None:
    control.put("settings", {"toy.latency_ms": 1})
    control.post("clock", {"set": "2030-01-01"})
    control.post("responses", {"operation": "toy.createContact", "status": 500})
    control.post("reset", {"session": "default"})
    assert control.get("settings").json()["toy"]["latency_ms"] == 0
    assert control.post("clock", {"advance_seconds": 0}).json()["now"] == "2026-01-31T12:00:00+00:00"
    assert control.get("responses").json() == {"responses": []}


@pytest.mark.one_process
def test_a_session_keeps_its_port_through_a_reset(control: Control) -> None:
    control.mock_app.sessions.bind_port("mine", 5001)
    control.post("reset")
    assert control.mock_app.sessions.get("mine").port == 5001


def test_the_header_names_the_session_where_the_body_does_not(control: Control) -> None:
    control.create(session="one")
    control.create(session="two")
    assert control.post("reset", {}, headers={"X-Mock-Session": "one"}).json() == {"reset": ["one"]}
    assert len(control.api.entries("two")) == 1


@pytest.mark.one_process
def test_control_requests_on_a_session_port_use_that_session(control: Control) -> None:
    control.mock_app.sessions.bind_port("mine", 5001)
    control.create(session="mine")
    control.api._client.base_url = "http://127.0.0.1:5001"
    assert control.get("requests").json()["meta"]["total"] == 1


def test_a_header_with_underscores_does_not_name_the_session(control: Control) -> None:
    control.create(session="one")
    headers = {"X_Mock_Session": "one", "X_Crm_Mocks_Base_Url": "http://evil.example"}
    assert control.get("requests", headers=headers).json()["meta"]["total"] == 0


def test_clients_cannot_set_the_base_url(control: Control) -> None:
    response = control.post("sessions", {}, headers={"X-Crm-Mocks-Base-Url": "http://evil.example"})
    assert response.json()["url"].startswith("http://127.0.0.1:4010/~")


def test_sessions_are_listed_with_clock_requests_and_queue(control: Control) -> None:
    control.create(session="one")
    control.post("clock", {"session": "one", "set": "2026-01-31T12:00:00Z"})
    control.post("responses", {"session": "one", "operation": "toy", "status": 500})
    (one,) = [each for each in control.get("sessions").json()["sessions"] if each["session"] == "one"]
    assert (one["requests"], one["queued"], one["clock"]) == (1, 1, "frozen")
    assert one["now"] == "2026-01-31T12:00:00+00:00"


def test_listing_sessions_creates_none(control: Control) -> None:
    assert control.get("sessions").json() == {"sessions": []}


def test_allowed_mistakes_are_changed_without_opening_a_port(control: Control) -> None:
    changed = control.put("sessions?session=one", {"allow": ["toy.createContact:400"]})
    assert (changed.json()["allow"], changed.json()["port"]) == (["toy.createContact:400"], None)
    assert control.put("sessions?session=one", {}).json()["allow"] == []
    assert "'session'" in refused(control.put("sessions", {"allow": []}))


def test_a_session_allows_a_bounded_number_of_mistakes(control: Control) -> None:
    names = [f"toy.createContact:{number}" for number in range(1_001)]
    assert "1000" in refused(control.post("sessions", {"allow": names}))
    assert control.post("sessions", {"allow": names[1:]}).status_code == 201


@pytest.mark.parametrize(("length", "status"), [(MAX_ALLOWED_CHARACTERS, 201), (MAX_ALLOWED_CHARACTERS + 1, 400)])
def test_the_names_of_allowed_mistakes_are_limited(control: Control, length: int, status: int) -> None:
    names = ["x" * (length // 2), "y" * (length - length // 2)]
    assert control.post("sessions", {"session": "allowing", "allow": names}).status_code == status
