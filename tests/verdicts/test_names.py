"""Mocks behind proxies and under other names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

import crm_mocks
from tests.verdicts.conftest import StateRow

TOPIC = "behind proxies and names"
TOKEN = {"Authorization": "Bearer s3cret"}


@contextmanager
def served(**options: Any) -> Iterator[int]:
    with crm_mocks.serve(["config_api"], port=0, admin_token="s3cret", **options) as mocks:
        yield int(urlsplit(mocks.url).port or 0)


def call(port: int, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    response = httpx.request(
        "GET" if body is None else "POST",
        f"http://127.0.0.1:{port}{path}",
        json=body,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    return response.status_code, response.json()


def test_the_token_is_enough_whatever_the_host(state_row: StateRow) -> None:
    with served() as port:
        assert call(port, "/__admin/version", Host="crm.test", **TOKEN)[0] == 200
        assert call(port, "/__admin/version", Host="crm.test")[0] == 403
        foreign = call(port, "/__admin/version", Host="crm.test", Origin="https://evil.example", **TOKEN)
        assert foreign[0] == 403
    state_row(TOPIC, "control API, Host: crm.test, with the token", "200")
    state_row(TOPIC, "control API, Host: crm.test, without a token", "403")
    state_row(TOPIC, "control API, with the token, from a foreign Origin", "403")


def test_session_urls_have_the_host_of_the_caller(state_row: StateRow) -> None:
    with served() as port:
        status, session = call(port, "/__admin/sessions", {"session": "mine"}, Host="crm.test:4010", **TOKEN)
        assert status == 201
        parts = urlsplit(session["url"])
        assert (parts.hostname, parts.path) == ("crm.test", "")
        own = call(int(parts.port or 0), "/v1/leads/config", x_api_key="demo-key", Host="crm.test")
        assert own[0] == 200
        assert call(port, "/", Host="crm.test:4010")[1]["vendors"]["config_api"]["url"] == "http://crm.test:4010"
    state_row(TOPIC, "POST sessions, Host: crm.test:4010", "http://crm.test and the session's port")


def test_the_base_path_is_accepted_and_in_links(state_row: StateRow) -> None:
    with served(base_path="/crm") as port:
        for path in ("/crm/v1/leads/config", "/v1/leads/config", "/crm/~mine/v1/leads/config"):
            assert call(port, path, x_api_key="demo-key")[0] == 200
        session = call(port, "/crm/__admin/sessions", {"session": "mine"}, Host="crm.test", **TOKEN)[1]
        assert session["url"] == "http://crm.test/crm/~mine"
    state_row(TOPIC, "--base-path /crm, with and without the prefix", "200")
    state_row(TOPIC, "--base-path /crm, POST sessions, Host: crm.test", "http://crm.test/crm/~mine")


def test_the_public_url_is_in_links(state_row: StateRow) -> None:
    with crm_mocks.serve(["config_api"], port=0, public_url="https://mocks.example/crm") as mocks:
        assert mocks.config_api.url == "https://mocks.example/crm"
        assert mocks.session_url("mine") == "https://mocks.example/crm/~mine"
    state_row(TOPIC, "--public-url https://mocks.example/crm, a session's URL", "https://mocks.example/crm/~mine")
