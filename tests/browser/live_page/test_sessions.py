"""Records, sessions and the verdict."""

from __future__ import annotations

import json

import httpx
import pytest

import crm_mocks
from crm_mocks.admin import plug_ins
from crm_mocks.server.thread import Mocks
from tests.browser.live_page.clients import OpenPage, broken, create


def test_records_are_added_changed_and_deleted(mocks: Mocks, open_page: OpenPage) -> None:
    page = open_page(f"{mocks.url}/#records")
    page.get_by_label("Vendor").locator("visible=true").select_option("config_api")
    page.get_by_label("Kind").select_option("campaigns")
    page.get_by_role("button", name="Add a record").click()
    page.locator("textarea.code:visible").fill('{"externalIdentifier": "spring"}')
    page.get_by_role("button", name="Store").click()
    page.locator(".record", has_text="spring").wait_for()
    query = f"{mocks.url}/__admin/records?vendor=config_api&kind=campaigns"
    assert "spring" in httpx.get(query).text
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".record summary", has_text="spring").click()
    page.locator(".record[open]").get_by_role("button", name="Delete").click()
    page.get_by_text("spring was deleted").wait_for()
    assert "spring" not in httpx.get(query).text


def test_clock_settings_and_allowed_mistakes_of_a_session(mocks: Mocks, open_page: OpenPage) -> None:
    page = open_page(f"{mocks.url}/~one/#sessions")
    page.get_by_label("Freeze at").fill("2030-01-01T00:00:00Z")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_text("It is 2030-01-01").wait_for()
    page.get_by_label("One per line, such as").fill("config_api.createLead:400")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved: the verdict").wait_for()
    page.locator("summary", has_text="leadbank").click()
    page.get_by_label("batch").fill("3")
    page.get_by_role("button", name="Save settings of leadbank").click()
    page.get_by_text("Saved", exact=True).wait_for()
    (session,) = [
        each for each in httpx.get(f"{mocks.url}/__admin/sessions").json()["sessions"] if each["session"] == "one"
    ]
    assert (session["now"][:4], session["allow"]) == ("2030", ["config_api.createLead:400"])
    assert httpx.get(f"{mocks.url}/__admin/settings?session=one").json()["leadbank"]["batch"] == 3


def test_a_session_is_reset(mocks: Mocks, open_page: OpenPage) -> None:
    create(mocks)
    page = open_page(f"{mocks.url}/#sessions")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Reset default").click()
    page.get_by_text("default was reset").wait_for()
    page.goto(f"{mocks.url}/#requests")
    page.get_by_text("No requests yet").wait_for()


def test_the_verdict_so_far_and_downloads(mocks: Mocks, open_page: OpenPage) -> None:
    create(mocks, broken())
    page = open_page(f"{mocks.url}/#verdict")
    page.get_by_text("The client broke the contract").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Requests as HAR").click()
    assert len(json.loads(download.value.path().read_text())["log"]["entries"]) == 1


def test_without_the_kit_the_page_says_so(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plug_ins, "entry_points", lambda **_: [])
    with crm_mocks.serve(["leadbank"], port=0) as mocks:
        page = open_page(f"{mocks.url}/#verdict")
        page.get_by_text("crm_contracts, which is not installed").wait_for()
