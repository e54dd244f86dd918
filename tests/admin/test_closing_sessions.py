"""Closing sessions that are no longer used."""

from __future__ import annotations

import socket

import httpx
import pytest

import crm_mocks
from crm_mocks.vendor import Vendor
from tests.admin.conftest import CONTACTS, Control, refused

KEY = {"X-Key": "demo-key"}


@pytest.mark.one_process
def test_closing_keeps_the_journal_and_drops_the_records(control: Control) -> None:
    control.create(session="mine")
    assert control.api.records("contacts", "mine")
    assert control.delete("sessions?session=mine").json() == {"closed": "mine"}
    assert len(control.get("requests?session=mine").json()["requests"]) == 1
    assert [each.name for each in control.mock_app.sessions] == ["mine"]
    assert control.api.records("contacts", "mine") == []


@pytest.mark.one_process
def test_a_closed_session_does_not_count_towards_the_limit(control: Control) -> None:
    control.mock_app.sessions.limit = 1
    control.create(session="one")
    assert "the limit of 1 sessions is reached" in refused(control.post("sessions", {"session": "two"}))
    control.delete("sessions?session=one")
    assert control.post("sessions", {"session": "two"}).status_code == 201


@pytest.mark.one_process
def test_beyond_a_limit_the_oldest_closed_session_is_discarded_and_the_verdict_says_so(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_mocks.state.session_registry.MAX_CLOSED", 2)
    for name in ("one", "two", "three", "four"):
        control.create(session=name)
        control.delete(f"sessions?session={name}")
    names = [each["session"] for each in control.get("sessions").json()["sessions"]]
    assert (names, control.mock_app.sessions.find("one")) == (["three", "four"], None)
    verdict = control.get("verdict?session=*").json()
    assert verdict["complaints"] == ["session three: 2 sessions were discarded after 2 others had been closed"]


@pytest.mark.one_process
def test_a_reset_of_one_session_does_not_hide_that_others_were_discarded(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_mocks.state.session_registry.MAX_CLOSED", 2)
    for name in ("one", "two", "three"):
        control.create(session=name)
        control.delete(f"sessions?session={name}")
    control.post("reset", {"session": "two"})
    complaint = "session three: a session was discarded after 2 others had been closed"
    assert control.get("verdict?session=*").json()["complaints"] == [complaint]


@pytest.mark.one_process
def test_sessions_discarded_before_a_reset_are_not_counted_after_it(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_mocks.state.session_registry.MAX_CLOSED", 2)
    for number in range(8):
        if number == 5:
            control.post("reset", {})
        control.create(session=f"s{number}")
        control.delete(f"sessions?session=s{number}")
    complaint = "session s6: a session was discarded after 2 others had been closed"
    assert control.get("verdict?session=*").json()["complaints"] == [complaint]


def test_using_a_closed_session_reopens_it(control: Control) -> None:
    control.create(session="mine")
    control.delete("sessions?session=mine")
    control.create(session="mine")
    assert control.mock_app.sessions.get("mine").journal.total == 2


def test_reset_removes_a_closed_session(control: Control) -> None:
    control.create(session="mine")
    control.delete("sessions?session=mine")
    control.post("reset", {"session": "mine"})
    assert control.mock_app.sessions.find("mine") is None


def test_closing_an_unknown_session_is_a_404(control: Control) -> None:
    assert control.delete("sessions?session=nobody").status_code == 404


def test_closing_requires_a_session_name(control: Control) -> None:
    assert "session" in refused(control.delete("sessions"))


def test_allowed_mistakes_survive_a_reset(control: Control) -> None:
    control.post("sessions", {"session": "mine", "allow": ["toy.createContact:400"]})
    control.post("reset", {"session": "mine"})
    assert control.mock_app.sessions.get("mine").allowed == ("toy.createContact:400",)


@pytest.mark.parametrize("wrong", ["toy.createContact:400", [4], {}])
def test_allow_must_be_a_list_of_strings(control: Control, wrong: object) -> None:
    assert "'allow' must be a list" in refused(control.post("sessions", {"session": "mine", "allow": wrong}))


def test_closing_closes_the_port(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks, httpx.Client(headers=KEY) as client:
        url = mocks.session_url("mine")
        assert client.post(url + CONTACTS, json={"email": "ada@example.com"}).status_code == 201
        assert httpx.delete(f"{mocks.url}/__admin/sessions?session=mine").status_code == 200
        with pytest.raises(httpx.TransportError):
            client.post(url + CONTACTS, json={"email": "ada@example.com"})
        assert mocks.mock_app.sessions.find("default") is None
        assert mocks.session_url("mine")


@pytest.mark.usefixtures("long_rest")
def test_a_late_request_belongs_to_the_closed_session(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        url = mocks.session_url("first")
        httpx.delete(f"{mocks.url}/__admin/sessions?session=first")
        assert mocks.session_url("second") != url
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(url + CONTACTS, json={"email": "ada@example.com"}, headers=KEY)
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{url}/__admin/requests")
        (late,) = httpx.get(f"{mocks.url}/__admin/requests?session=first").json()["requests"]
        assert (late["request"]["path"], [each["kind"] for each in late["notices"]]) == (CONTACTS, ["late"])
        assert httpx.get(f"{mocks.url}/__admin/requests?session=second").json()["requests"] == []
        assert mocks.mock_app.sessions.find("default") is None


@pytest.mark.usefixtures("long_rest")
def test_a_late_request_is_read_completely_before_its_connection_ends(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        port = httpx.URL(mocks.session_url("first")).port
        httpx.delete(f"{mocks.url}/__admin/sessions?session=first")
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(f"POST {CONTACTS} HTTP/1.1\r\nHost: crm.example\r\nContent-Length: 2\r\n\r\n".encode())
            while not httpx.get(f"{mocks.url}/__admin/requests?session=first").json()["requests"]:
                pass
            client.sendall(b"{}")
            assert client.recv(1) == b""


def test_a_resting_port_is_closed_in_the_end(toy_vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.server.mock_server.REST_SECONDS", 0.0)
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        url = mocks.session_url("first")
        httpx.delete(f"{mocks.url}/__admin/sessions?session=first")
        httpx.get(f"{mocks.url}/__admin/health")  # lets the event loop run once
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)
        assert mocks.mock_app.late_ports == {}


@pytest.mark.usefixtures("long_rest")
def test_a_late_request_to_a_session_that_a_reset_has_removed_gets_no_response(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0) as mocks:
        url = mocks.session_url("first")
        httpx.delete(f"{mocks.url}/__admin/sessions?session=first")
        httpx.post(f"{mocks.url}/__admin/reset", json={})
        mocks.mock_app.sessions.limit = 0
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(url)
        assert len(httpx.get(f"{mocks.url}/__admin/requests").json()["requests"]) == 1
