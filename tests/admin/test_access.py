"""Who may use the control API."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from crm_mocks.vendor import Vendor
from tests.admin.conftest import Control
from tests.conftest import Api

HEALTH = "/__admin/health"
VERSION = "/__admin/version"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:4010", "127.9.9.9", "localhost", "LOCALHOST:80", "[::1]:4010", "[::1]", "localhost:"]
)
def test_a_loopback_host_is_allowed(toy: Api, host: str) -> None:
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
def test_a_rebound_host_is_rejected(toy: Api, host: str, path: str) -> None:
    response = toy.get(path, headers={"Host": host})
    assert response.status_code == 403
    assert response.headers["content-type"] == "application/problem+json"


def test_a_second_host_header_is_rejected(toy: Api) -> None:
    headers = httpx.Headers([("Host", "localhost"), ("Host", "evil.example")])
    assert toy.get(VERSION, headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080"])
def test_a_page_on_loopback_is_allowed(toy: Api, origin: str) -> None:
    assert toy.get(VERSION, headers={"Origin": origin}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost.evil.example", "file://localhost", "", "localhost"]
)
def test_a_foreign_page_is_rejected_and_changes_nothing(control: Control, origin: str) -> None:
    control.create()
    assert control.post("reset", {}, headers={"Origin": origin}).status_code == 403
    assert len(control.api.entries()) == 1


def test_a_configured_token_is_required(api: Callable[..., Api], toy_vendor: Vendor) -> None:
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
    """Return a client that uses another address of the server."""
    api._client.base_url = base_url
    return api


def test_off_loopback_any_host_is_allowed_with_the_token(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    remote = at(api(toy_vendor, admin_token="s3cret"), "http://192.168.1.5:4010")
    headers = {"Authorization": "Bearer s3cret", "Host": "crm_mocks:4010", "Origin": "http://crm_mocks:4010"}
    assert remote.get(VERSION, headers=headers).status_code == 200
    assert remote.get(VERSION, headers={**headers, "Origin": "https://ci.example"}).status_code == 403
    assert remote.get(VERSION, headers={"Host": "localhost"}).status_code == 401


@pytest.mark.parametrize("host", ["crm.test", "crm.test:8080", "crm_mocks:4010", "192.168.1.5", "mocks.example."])
def test_the_token_allows_any_host_on_loopback(api: Callable[..., Api], toy_vendor: Vendor, host: str) -> None:
    guarded = api(toy_vendor, admin_token="s3cret")
    authorization = {"Authorization": "Bearer s3cret"}
    assert guarded.get(VERSION, headers={"Host": host, **authorization}).status_code == 200
    assert guarded.get(VERSION, headers={"Host": host, "Authorization": "Bearer wrong"}).status_code == 403
    assert guarded.get(VERSION, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://crm.test:81", "http://crm.test.evil.example"]
)
def test_the_token_allows_no_foreign_page(api: Callable[..., Api], toy_vendor: Vendor, origin: str) -> None:
    guarded = api(toy_vendor, admin_token="s3cret")
    headers = {"Authorization": "Bearer s3cret", "Host": "crm.test", "Origin": origin}
    assert guarded.get(VERSION, headers=headers).status_code == 403
    embedded = {"Authorization": "Bearer s3cret", "Host": "crm.test", "Sec-Fetch-Site": "cross-site"}
    assert guarded.get(VERSION, headers=embedded).status_code == 403


def test_a_page_of_the_public_url_is_not_foreign(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    guarded = api(toy_vendor, admin_token="s3cret", public_url="https://mocks.example/crm")
    headers = {"Authorization": "Bearer s3cret", "Origin": "https://mocks.example"}
    assert guarded.get(VERSION, headers=headers).status_code == 200


def test_a_host_without_a_configured_token_stays_foreign_whatever_token_is_sent(toy: Api) -> None:
    assert toy.get(VERSION, headers={"Host": "crm.test", "Authorization": "Bearer "}).status_code == 403


def test_off_loopback_requests_are_rejected_without_a_configured_token(
    api: Callable[..., Api], toy_vendor: Vendor
) -> None:
    remote = at(api(toy_vendor), "http://192.168.1.5:4010")
    response = remote.get(VERSION, headers={"Host": "localhost"})
    assert response.status_code == 403
    assert "--admin-token" in response.json()["detail"]
    assert remote.get(HEALTH).status_code == 200


def test_a_rejected_head_request_gets_no_body(toy: Api) -> None:
    response = toy.request("HEAD", VERSION, headers={"Host": "evil.example"})
    assert (response.status_code, response.content) == (403, b"")


@pytest.mark.parametrize(
    "host",
    [
        "localhost.",
        "foo.localhost",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "017700000001",
        "127.0.0.1%00.evil.example",
        "127.0.0.1@evil.example",
        "localhost:pass@evil.example",
        "localhost#@evil.example",
        "localhost\\evil.example",
        "localhost, evil.example",
        "[::ffff:192.168.1.5]",
        "[::1%25eth0]",
        "[::1",
        "::1",
        "[localhost]",
        "localhost:+80",
        "locаlhost".encode(),  # a Cyrillic letter is what is tested
    ],
)
def test_no_spelling_of_a_foreign_host_is_allowed(toy: Api, host: str | bytes) -> None:
    assert toy.get(VERSION, headers={"Host": host}).status_code == 403  # type: ignore[dict-item]  # bytes on purpose


def test_a_mapped_loopback_address_is_loopback(toy: Api) -> None:
    assert toy.get(VERSION, headers={"Host": "[::ffff:127.0.0.1]:80"}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost@evil.example",
        "http://evil.example#localhost",
        "http://localhost:80:80",
        "http://localhost/../evil",
        "ftp://localhost",
        "http://",
        "chrome-extension://localhost",
        "http://localhost http://evil.example",
        "http://[::1",
        "http://192.168.1.5:4010",
        "http://0.0.0.0:4010",
    ],
)
def test_no_spelling_of_a_foreign_origin_is_allowed(control: Control, origin: str) -> None:
    assert control.post("reset", {}, headers={"Origin": origin}).status_code == 403


def test_a_second_origin_does_not_slip_through(control: Control) -> None:
    headers = httpx.Headers([("Origin", "http://localhost"), ("Origin", "https://evil.example")])
    assert control.post("reset", {}, headers=headers).status_code == 403


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Host", "X-Original-Host", "X_Host", "Forwarded"])
def test_headers_of_proxies_change_neither_access_nor_urls(toy: Api, header: str) -> None:
    foreign = {"Host": "evil.example", header: "localhost"}
    assert toy.get(VERSION, headers=foreign).status_code == 403
    welcome = toy.get("/__admin/vendors", headers={header: "evil.example"})
    assert welcome.status_code == 200
    assert "evil" not in welcome.text


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_requests_that_browsers_send_without_asking_first_change_nothing(
    control: Control, content_type: str, origin: str
) -> None:
    control.create()
    headers = {"Origin": origin, "Content-Type": content_type, "Sec-Fetch-Site": "cross-site"}
    for path, body in [("reset", b"{}"), ("responses", b'{"operation":"toy.createContact","fault":"TIMEOUT"}')]:
        assert control.api.post(f"/__admin/{path}", content=body, headers=headers).status_code == 403
    assert len(control.api.entries()) == 1
    assert control.get("responses").json()["responses"] == []


@pytest.mark.parametrize(
    ("site", "status"),
    [("cross-site", 403), ("Cross-Site", 403), ("same-site", 200), ("same-origin", 200), ("none", 200)],
)
def test_only_requests_that_pages_of_other_sites_cause_are_refused(toy: Api, site: str, status: int) -> None:
    assert toy.get(VERSION, headers={"Sec-Fetch-Site": site}).status_code == status


def test_a_page_on_loopback_may_be_of_another_site(toy: Api) -> None:
    headers = {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "cross-site"}
    assert toy.get(VERSION, headers=headers).status_code == 200


@pytest.mark.parametrize("token", [None, "s3cret"])
def test_cors_does_not_open_the_control_api(api: Callable[..., Api], toy_vendor: Vendor, token: str | None) -> None:
    mock = api(toy_vendor, cors=True, admin_token=token)
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    brought = {"Authorization": f"Bearer {token}"}
    for origin in ("https://evil.example", "http://localhost:3000"):
        for path in (HEALTH, "/__admin/settings", "/__admin/nothing"):
            preflight = mock.request("OPTIONS", path, headers={"Origin": origin, **asked})
            request = mock.get(path, headers={"Origin": origin, **brought})
            for response in (preflight, request):
                assert not [name for name in response.headers if name.startswith("access-control-")]
    assert mock.get(VERSION, headers={"Origin": "https://evil.example", **brought}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/~x/__admin/version",
        "/~x/~y/__admin/version",
        "//__admin/version",
        "/./__admin/version",
        "/toy/../__admin/version",
        "/__ADMIN/version",
        "/__Admin/version",
        "/__admin%20/version",
        "/__adminversion",
        "/%255f_admin/version",
        "/__admin;x/version",
        "\\__admin/version",
    ],
)
def test_no_other_way_leads_to_the_control_api(control: Control, path: str) -> None:
    response = control.api.get("/x", extensions={"target": path.encode()})
    assert response.status_code == 404
    assert "contracts" not in response.text


@pytest.mark.parametrize(
    "path", ["/%5f_admin/version", "/_%5Fadmin%2fversion", "/__admin%2Fversion", "/%5f%5f%61dmin/version"]
)
def test_an_escaped_path_is_guarded_too(api: Callable[..., Api], toy_vendor: Vendor, path: str) -> None:
    assert api(toy_vendor).get(path, headers={"Host": "evil.example"}).status_code == 403
    assert api(toy_vendor, admin_token="s3cret").get(path).status_code == 401


@pytest.mark.one_process
def test_a_session_of_its_own_port_is_guarded_too(toy: Api) -> None:
    toy.app.mock_app.sessions.bind_port("mine", 4010)
    assert toy.get(VERSION, headers={"Host": "evil.example"}).status_code == 403


def test_only_health_is_open_without_the_token(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    guarded = api(toy_vendor, admin_token="s3cret")
    for path in ("/__admin/health/", "/__admin/health/x", "/__admin/health%2f..%2fversion", "/__admin//health"):
        assert guarded.get(path).status_code == 401, path
    assert guarded.get(HEALTH, headers={"Host": "evil.example"}).status_code == 403


def test_the_token_stands_in_no_query_cookie_or_other_header(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    guarded = api(toy_vendor, admin_token="s3cret")
    brought = {"Cookie": "token=s3cret", "X-Admin-Token": "s3cret", "Authentication": "Bearer s3cret"}
    assert guarded.get(f"{VERSION}?token=s3cret&admin_token=s3cret", headers=brought).status_code == 401


def test_a_token_that_is_not_ascii_works(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    guarded = api(toy_vendor, admin_token="schlüssel")
    assert guarded.get(VERSION, headers={"Authorization": "Bearer schlüssel".encode()}).status_code == 200
    assert guarded.get(VERSION, headers={"Authorization": "Bearer schlussel"}).status_code == 401


def test_the_token_is_compared_in_constant_time(
    monkeypatch: pytest.MonkeyPatch, api: Callable[..., Api], toy_vendor: Vendor
) -> None:
    compared = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr("hmac.compare_digest", compare)
    api(toy_vendor, admin_token="s3cret").get(VERSION, headers={"Authorization": "Bearer s3"})
    assert compared == [(b"s3", b"s3cret")]
