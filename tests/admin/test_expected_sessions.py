"""The session of the next test, made ready by the request that closes this one's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import crm_mocks
from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.admin.conftest import CONTACTS, Control, refused

KEY = {"X-Key": "demo-key"}


@pytest.fixture
def mocks(toy_vendor: Vendor) -> Iterator[Mocks]:
    with crm_mocks.serve([toy_vendor], port=0) as served:
        yield served


def end(mocks: Mocks, session: str, following: Any) -> Any:
    body = {"session": session, "close": True, "next": following}
    return httpx.post(f"{mocks.url}/__admin/findings", json=body).json()


def names(mocks: Mocks) -> list[str]:
    return [each["session"] for each in httpx.get(f"{mocks.url}/__admin/sessions").json()["sessions"]]


def test_the_next_session_has_a_port_that_is_not_the_last_ones(mocks: Mocks) -> None:
    first = mocks.session_url("first")
    url = end(mocks, "first", {"session": "second", "allow": ["toy.createContact:400"]})["next_url"]
    assert url not in (first, mocks.url)
    assert httpx.post(url + CONTACTS, json={"email": "ada@example.com"}, headers=KEY).status_code == 201
    second = mocks.mock_app.sessions.get("second")
    assert (second.port, second.allowed) == (httpx.URL(url).port, ("toy.createContact:400",))
    assert second.journal.total == 1


def test_a_session_that_no_test_uses_is_not_created(mocks: Mocks) -> None:
    mocks.session_url("first")
    end(mocks, "first", {"session": "skipped"})
    assert names(mocks) == ["first"]


def test_a_session_that_gets_no_request_is_judged_all_the_same(mocks: Mocks) -> None:
    mocks.session_url("first")
    end(mocks, "first", {"session": "silent"})
    assert end(mocks, "silent", None) == {"exchanges": 0, "findings": []}
    assert names(mocks) == ["first", "silent"]


def test_the_next_session_can_be_opened_too(mocks: Mocks) -> None:
    mocks.session_url("first")
    url = end(mocks, "first", {"session": "second"})["next_url"]
    assert mocks.session_url("second") == url


def test_the_next_session_can_be_named_again(mocks: Mocks) -> None:
    mocks.session_url("first")
    url = end(mocks, "first", {"session": "second"})["next_url"]
    mocks.session_url("third")
    assert end(mocks, "third", {"session": "second"})["next_url"] == url
    assert names(mocks) == ["first", "third"]


def test_a_session_that_was_used_is_not_made_ready(mocks: Mocks) -> None:
    mocks.session_url("used")
    mocks.session_url("first")
    assert end(mocks, "first", {"session": "used"})["next_url"] is None


@pytest.mark.usefixtures("long_rest")
def test_sessions_that_were_expected_in_vain_lose_their_ports(mocks: Mocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.asgi.mock_app._MAX_EXPECTED", 1)
    mocks.session_url("first")
    url = end(mocks, "first", {"session": "never"})["next_url"]
    mocks.session_url("second")
    end(mocks, "second", {"session": "third"})
    with pytest.raises(httpx.RemoteProtocolError):  # its port rests
        httpx.get(url + CONTACTS, headers=KEY)
    assert mocks.mock_app.sessions.expected == ["third"]


def test_without_a_server_there_is_nothing_to_make_ready(control: Control) -> None:
    control.create(session="mine")
    found = control.post("findings", {"session": "mine", "next": {"session": "second"}}).json()
    assert found == {"exchanges": 1, "findings": [], "next_url": None}


@pytest.mark.one_process
@pytest.mark.parametrize("wrong", ["second", {}, {"session": "a b"}, {"session": "a", "allow": 4}, {"other": "a"}])
def test_an_invalid_next_session_is_refused_before_anything_is_closed(control: Control, wrong: object) -> None:
    control.create(session="mine")
    assert refused(control.post("findings", {"session": "mine", "close": True, "next": wrong}))
    assert control.mock_app.sessions.is_open("mine")
