"""The one-time link and the cookie, where the control API requires a token."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from crm_mocks.admin.page_access import KEY_SECONDS, PageAccess
from crm_mocks.vendor import Vendor
from tests.conftest import BASE_URL, Api

SESSIONS = "/__admin/sessions"

pytestmark = pytest.mark.one_process  # each process has its own keys and cookie


@pytest.fixture
def guarded(api: Callable[..., Api], toy_vendor: Vendor) -> Api:
    """A mock whose control API requires a token."""
    return api(toy_vendor, admin_token="secret")


def opened(guarded: Api) -> str:
    """Open the one-time link; return the cookie as browsers send it."""
    link = urlsplit(guarded.app.page_access.new_link(BASE_URL))
    response = guarded.get(f"{link.path}?{link.query}")
    guarded._client.cookies.clear()
    assert (response.status_code, response.headers["location"]) == (303, "/")
    return response.headers["set-cookie"].partition(";")[0]


def test_the_page_itself_needs_no_token(guarded: Api) -> None:
    assert guarded.get("/", headers={"Accept": "text/html"}).status_code == 200


def test_the_data_need_the_token(guarded: Api) -> None:
    assert guarded.get(SESSIONS).status_code == 401
    assert guarded.get("/__admin/events").status_code == 401


def test_the_link_gives_access(guarded: Api) -> None:
    cookie = opened(guarded)
    assert guarded.get(SESSIONS, headers={"Cookie": cookie}).status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(guarded: Api) -> None:
    link = urlsplit(guarded.app.page_access.new_link(BASE_URL))
    cookie = guarded.get(f"{link.path}?{link.query}").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "secret" not in cookie


def test_a_link_works_once(guarded: Api) -> None:
    link = urlsplit(guarded.app.page_access.new_link(BASE_URL))
    statuses = [guarded.get(f"{link.path}?{link.query}").status_code for _ in range(2)]
    assert statuses == [303, 403]


def test_looking_at_a_link_does_not_use_it_up(guarded: Api) -> None:
    link = urlsplit(guarded.app.page_access.new_link(BASE_URL))
    guarded.request("HEAD", f"{link.path}?{link.query}")
    assert guarded.get(f"{link.path}?{link.query}").status_code == 303


def test_a_link_expires() -> None:
    now = 0.0
    access = PageAccess(lambda: now)
    key = access.new_link("").partition("key=")[2]
    now = KEY_SECONDS + 1.0
    assert not asyncio.run(access.redeem_here(key))


def test_a_wrong_key_is_refused(guarded: Api) -> None:
    assert guarded.get("/__admin/ui/open?key=wrong").status_code == 403
    assert guarded.get("/__admin/ui/open").status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_the_cookie_does_not_count_for_pages_of_other_origins(guarded: Api, headers: dict[str, str]) -> None:
    cookie = opened(guarded)
    assert guarded.get(SESSIONS, headers={"Cookie": cookie, **headers}).status_code in (401, 403)


def test_a_change_must_name_its_origin(guarded: Api) -> None:
    cookie = {"Cookie": opened(guarded)}
    assert guarded.post("/__admin/reset", headers=cookie).status_code == 401
    assert guarded.post("/__admin/reset", headers={**cookie, "Origin": BASE_URL}).status_code == 200


def test_a_wrong_cookie_gives_no_access(guarded: Api) -> None:
    name = opened(guarded).partition("=")[0]
    for value in ("wrong", "", "ü"):
        assert guarded.get(SESSIONS, headers={"Cookie": f"{name}={value}".encode("latin-1")}).status_code == 401


def test_the_token_makes_another_link(guarded: Api) -> None:
    assert guarded.post("/__admin/ui/links").status_code == 401
    made = guarded.post("/__admin/ui/links", headers={"Authorization": "Bearer secret"})
    assert made.status_code == 201
    assert guarded.get(made.json()["url"]).status_code == 303
