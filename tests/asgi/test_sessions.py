"""How a request selects its session, and isolation between sessions."""

from __future__ import annotations

import pytest

from tests.conftest import Api

CONTACTS = "/toy/contacts"
GOOD = {"email": "ada@example.com"}


def test_a_prefix_names_the_session(toy: Api) -> None:
    toy.post(f"/~one{CONTACTS}", json=GOOD)
    assert len(toy.records("contacts", "one")) == 1
    assert toy.records("contacts") == []


def test_a_header_names_the_session(toy: Api) -> None:
    toy.post(CONTACTS, json=GOOD, headers={"X-Mock-Session": "two"})
    assert len(toy.records("contacts", "two")) == 1


def test_the_prefix_takes_precedence_over_the_header(toy: Api) -> None:
    toy.post(f"/~one{CONTACTS}", json=GOOD, headers={"X-Mock-Session": "two"})
    assert len(toy.entries("one")) == 1
    assert toy.entries("two") == []


@pytest.mark.one_process
def test_a_dedicated_port_names_the_session(toy: Api) -> None:
    toy.app.mock_app.sessions.bind_port("three", 4011)
    toy._client.base_url = "http://127.0.0.1:4011"
    toy.post(CONTACTS, json=GOOD)
    assert len(toy.entries("three")) == 1


def test_the_journal_has_the_path_without_the_prefix(toy: Api) -> None:
    toy.post(f"/~one{CONTACTS}", json=GOOD)
    assert toy.entries("one")[0].path == CONTACTS


def test_the_same_data_do_not_collide_between_sessions(toy: Api) -> None:
    assert [toy.post(f"/~{name}{CONTACTS}", json=GOOD).status_code for name in ("a", "b", "a")] == [201, 201, 409]


@pytest.mark.parametrize("name", ["", "a b", "ü", "x" * 101, "../x"])
def test_invalid_session_names_are_rejected(toy: Api, name: str) -> None:
    response = toy.post(f"/~{name}{CONTACTS}", json=GOOD)
    assert response.status_code in (400, 404)
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.one_process
def test_too_many_sessions_are_rejected_with_a_remedy(toy: Api) -> None:
    toy.app.mock_app.sessions.limit = 1
    toy.post(CONTACTS, json=GOOD)
    response = toy.post(f"/~another{CONTACTS}", json=GOOD)
    assert response.status_code == 400
    assert "reset" in response.json()["detail"]


def test_a_session_has_the_contract_of_its_settings(toy: Api) -> None:
    document = toy.get("/~one/openapi/toy.json").json()
    assert document["servers"][0]["url"] == "http://127.0.0.1:4010/~one"


@pytest.mark.one_process
def test_a_reset_session_starts_over(toy: Api) -> None:
    toy.post(CONTACTS, json=GOOD)
    toy.app.mock_app.sessions.reset("default")
    assert toy.post(CONTACTS, json=GOOD).json()["id"] == 1
