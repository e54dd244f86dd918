"""Who may use the control API."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from crm_mocks.vendor import Vendor
from tests.conftest import Api
from tests.control.conftest import Control

HEALTH = "/__admin/health"
VERSION = "/__admin/version"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:4010", "127.9.9.9", "localhost", "LOCALHOST:80", "[::1]:4010", "[::1]", "localhost:"]
)
def test_a_loopback_host_is_welcome(toy: Api, host: str) -> None:
    assert toy.get(VERSION, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4010",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example/127.0.0.1",
        "user@localhost",
        "localhost:80:80",
        "192.168.1.5",
        "0.0.0.0",
        "[::]",
        "[fe80::1]",
        "",
    ],
)
@pytest.mark.parametrize("path", [HEALTH, VERSION])
def test_a_rebound_host_is_refused(toy: Api, host: str, path: str) -> None:
    response = toy.get(path, headers={"Host": host})
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"


def test_a_second_host_does_not_slip_through(toy: Api) -> None:
    headers = httpx.Headers([("Host", "localhost"), ("Host", "evil.example")])
    assert toy.get(VERSION, headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080"])
def test_a_page_on_loopback_is_welcome(toy: Api, origin: str) -> None:
    assert toy.get(VERSION, headers={"Origin": origin}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://localhost", "", "localhost"]
)
def test_a_foreign_page_is_refused_and_changes_nothing(control: Control, origin: str) -> None:
    control.create()
    assert control.post("reset", {}, headers={"Origin": origin}).status_code == 403
    assert len(control.api.entries()) == 1


def test_with_a_token_it_must_be_brought(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    guarded = api(toy_vendor, admin_token="s3cret")
    assert guarded.get(VERSION, headers={"Authorization": "Bearer s3cret"}).status_code == 200
    assert guarded.get(VERSION, headers={"Authorization": "bearer  s3cret"}).status_code == 200
    for wrong in ("", "Bearer", "Bearer s3cre", "Bearer S3CRET", "Basic s3cret", "s3cret", "Bearer ü"):
        response = guarded.get(VERSION, headers={"Authorization": wrong.encode("latin-1")})
        assert response.status_code == 401, wrong
        assert response.headers["www-authenticate"] == "Bearer"
    assert guarded.get(VERSION).status_code == 401


def test_health_needs_no_token(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    assert api(toy_vendor, admin_token="s3cret").get(HEALTH).status_code == 200


def at(api: Api, base_url: str) -> Api:
    """Have the client reach the mock at another address of the server's."""
    api._client.base_url = base_url
    return api


def test_off_loopback_any_host_is_welcome_with_the_token(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    remote = at(api(toy_vendor, admin_token="s3cret"), "http://192.168.1.5:4010")
    headers = {"Authorization": "Bearer s3cret", "Host": "crm_mocks:4010", "Origin": "https://ci.example"}
    assert remote.get(VERSION, headers=headers).status_code == 200
    assert remote.get(VERSION, headers={"Host": "localhost"}).status_code == 401


def test_off_loopback_nobody_is_welcome_where_no_token_was_set(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    remote = at(api(toy_vendor), "http://192.168.1.5:4010")
    response = remote.get(VERSION, headers={"Host": "localhost"})
    assert response.status_code == 403
    assert "--admin-token" in response.json()["detail"]
    assert remote.get(HEALTH).status_code == 200


def test_a_refused_head_request_gets_no_body(toy: Api) -> None:
    response = toy.request("HEAD", VERSION, headers={"Host": "evil.example"})
    assert (response.status_code, response.content) == (403, b"")
