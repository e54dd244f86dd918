"""URLs of the server as clients address it: by Host, by a public URL, below a base path."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import crm_mocks
from crm_mocks.app import create_app
from crm_mocks.errors import UsageError
from crm_mocks.vendor import Vendor
from tests.conftest import Api

CONTACTS = "/toy/contacts"
KEY = {"X-Key": "demo-key"}
BODY = {"email": "ada@example.com"}


@pytest.fixture
def mounted(api: Callable[..., Api], toy_vendor: Vendor) -> Api:
    return api(toy_vendor, base_path="/crm")


def home(of: Api, path: str = "/", **headers: str) -> Any:
    return of.get(path, headers=headers).json()


@pytest.mark.parametrize("host", ["crm.test", "crm.test:8080", "localhost:1", "[::1]:4010", "192.168.1.5:4010"])
def test_links_have_the_host_that_the_client_used(toy: Api, host: str) -> None:
    assert home(toy, Host=host)["vendors"]["toy"]["url"] == f"http://{host}"


def test_forwarded_headers_do_not_change_links(toy: Api) -> None:
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
    assert home(toy, Host="crm.test", **forwarded)["vendors"]["toy"]["url"] == "http://crm.test"


def test_the_public_url_replaces_the_host(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    public = api(toy_vendor, public_url="https://mocks.example:8443/")
    page = home(public, Host="10.0.0.7:4010")
    assert page["vendors"]["toy"]["url"] == "https://mocks.example:8443"
    assert page["links"]["health"] == "https://mocks.example:8443/__admin/health"
    contract = public.get("/openapi/toy.json", headers={"Host": "10.0.0.7:4010"}).json()
    assert contract["servers"][0]["url"] == "https://mocks.example:8443"


def test_the_public_host_is_not_foreign(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    public = api(toy_vendor, public_url="https://mocks.example")
    public.get("/nowhere", headers={"Host": "mocks.example", "Origin": "https://mocks.example"})
    public.get("/nowhere", headers={"Host": "other.example"})
    assert [[notice.kind for notice in entry.notices] for entry in public.entries()] == [[], ["foreign-host"]]


@pytest.mark.parametrize("prefix", ["", "/crm"])
def test_requests_are_served_with_and_without_the_base_path(mounted: Api, prefix: str) -> None:
    assert mounted.post(f"{prefix}{CONTACTS}", json=BODY, headers=KEY).status_code == 201
    assert mounted.get(f"{prefix}/__admin/health").status_code == 200
    assert mounted.get(f"{prefix}/openapi/toy.json").status_code == 200
    assert mounted.entries()[0].path == CONTACTS


@pytest.mark.parametrize("path", ["/", "/crm", "/crm/"])
def test_links_have_the_base_path(mounted: Api, path: str) -> None:
    page = home(mounted, path, Host="crm.test")
    assert page["vendors"]["toy"]["url"] == "http://crm.test/crm"
    assert page["vendors"]["toy"]["contract"] == "http://crm.test/crm/openapi/toy.json"


@pytest.mark.parametrize("prefix", ["", "/crm"])
def test_the_session_prefix_follows_the_base_path(mounted: Api, prefix: str) -> None:
    session = mounted.post(
        f"{prefix}/__admin/sessions", json={"session": "mine"}, headers={"Host": "localhost:9"}
    ).json()
    assert session["url"] == "http://localhost:9/crm/~mine"
    assert mounted.post(f"/crm/~mine{CONTACTS}", json=BODY, headers=KEY).status_code == 201
    assert mounted.post(f"/~mine{CONTACTS}", json=BODY, headers=KEY).status_code == 409
    assert len(mounted.entries("mine")) == 2


def test_a_similar_path_is_not_below_the_base_path(mounted: Api) -> None:
    assert mounted.get(f"/crmx{CONTACTS}").status_code == 404
    assert mounted.entries()[0].path == f"/crmx{CONTACTS}"


def test_the_base_path_is_removed_once(mounted: Api) -> None:
    assert mounted.get(f"/crm/crm{CONTACTS}").status_code == 404


def test_the_path_of_the_public_url_is_the_base_path(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    public = api(toy_vendor, public_url="https://mocks.example/crm")
    assert public.post(f"/crm{CONTACTS}", json=BODY, headers=KEY).status_code == 201
    assert home(public)["vendors"]["toy"]["url"] == "https://mocks.example/crm"


def test_a_public_url_without_a_path_gets_the_base_path(api: Callable[..., Api], toy_vendor: Vendor) -> None:
    public = api(toy_vendor, public_url="https://mocks.example", base_path="/crm/")
    assert home(public)["vendors"]["toy"]["url"] == "https://mocks.example/crm"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_path": "crm"}, "must begin with a slash"),
        ({"base_path": "/~crm"}, "must begin with a slash"),
        ({"base_path": "/a//b"}, "must begin with a slash"),
        ({"base_path": "/a b"}, "must begin with a slash"),
        ({"base_path": "/toy"}, "serve /toy/contacts"),
        ({"base_path": "/__admin"}, "serve /__admin"),
        ({"public_url": "mocks.example"}, "--public-url mocks.example: must be"),
        ({"public_url": "ftp://mocks.example"}, "must be http:// or https://"),
        ({"public_url": "http://user:secret@mocks.example"}, "must be http:// or https://"),
        ({"public_url": "http://mocks.example?x=1"}, "must be http:// or https://"),
        ({"public_url": "http://mocks.example:99999"}, "must be http:// or https://"),
        ({"public_url": ""}, "must be http:// or https://"),
    ],
)
def test_invalid_options_are_rejected(toy_vendor: Vendor, options: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        create_app([toy_vendor], **options)


def test_a_session_has_its_port_at_the_host_that_the_caller_used(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0, admin_token="s3cret") as mocks:
        headers = {"Host": "crm.test:80", "Authorization": "Bearer s3cret"}
        url = httpx.post(f"{mocks.url}/__admin/sessions", json={"session": "mine"}, headers=headers).json()["url"]
        assert url.startswith("http://crm.test:")
        assert mocks.session_url("mine") == url.replace("crm.test", "127.0.0.1")


def test_behind_a_public_url_sessions_have_a_prefix(toy_vendor: Vendor) -> None:
    with crm_mocks.serve([toy_vendor], port=0, public_url="http://mocks.example/crm") as mocks:
        assert mocks.url == "http://mocks.example/crm"
        assert mocks.toy.url == "http://mocks.example/crm"
        assert httpx.get(f"{mocks.local_url}/__admin/health").is_success
        assert mocks.session_url("mine") == "http://mocks.example/crm/~mine"
