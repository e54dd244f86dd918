"""The list of requests, and their details."""

from __future__ import annotations

import httpx
import pytest
from msgspec.structs import replace

from crm_mocks.server.thread import Mocks
from tests.browser.live_page.clients import LEAD, OpenPage, broken, create, expect_rows, rows

MARKUP = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"


def test_requests_appear_as_they_come(mocks: Mocks, open_page: OpenPage) -> None:
    page = open_page(mocks.url)
    page.get_by_text("No requests yet").wait_for()
    create(mocks)
    expect_rows(page, 1)
    assert "config_api.createLead" in rows(page).inner_text()
    create(mocks, broken())
    expect_rows(page, 2)
    assert "leadCustomer.lastname: must be of type string" in rows(page).first.inner_text()


def test_a_click_shows_the_member_that_breaks_the_contract(mocks: Mocks, open_page: OpenPage) -> None:
    create(mocks, broken())
    page = open_page(mocks.url)
    rows(page).click()
    marked = page.locator(".details .marked.bad")
    marked.wait_for()
    assert marked.locator(".key").inner_text() == '"lastname"'
    details = page.locator(".details").inner_text()
    assert "Why this response" in details
    assert "curl -sS -X POST" in details
    assert "def test_create_lead_wrong_type(config_api):" in details


def test_a_wrong_path_has_near_misses(mocks: Mocks, open_page: OpenPage) -> None:
    httpx.post(f"{mocks.url}/v1/lead/create", json=LEAD)
    page = open_page(mocks.url)
    rows(page).click()
    page.get_by_text("Did you mean").first.wait_for()
    assert "POST /v1/leads/create" in page.locator(".details").inner_text()


def test_filters_search_the_journal(mocks: Mocks, open_page: OpenPage) -> None:
    create(mocks)
    create(mocks, broken())
    page = open_page(mocks.url)
    expect_rows(page, 2)
    page.get_by_label("broke the contract").check()
    expect_rows(page, 1)
    page.get_by_role("button", name="Clear filters").click()
    expect_rows(page, 2)
    page.locator("#panel-requests").get_by_label("Vendor").select_option("leadbank")
    page.get_by_text("No request matches the filters").wait_for()


def test_hostile_bodies_and_paths_are_shown_as_text(mocks: Mocks, open_page: OpenPage) -> None:
    create(mocks, broken(MARKUP) | {MARKUP: MARKUP})
    httpx.get(f"{mocks.url}/{MARKUP}?{MARKUP}")
    page = open_page(mocks.url)
    expect_rows(page, 2)
    for row in rows(page).all():
        row.click()
        page.locator(".details h3").first.wait_for()
        page.wait_for_timeout(100)
    assert page.locator("main img, main script").count() == 0
    assert "hacked" not in page.title()


@pytest.mark.parametrize("name", ["%3Cscript%3Ealert(1)%3C%2Fscript%3E", "..%2F..", "%22onload=x"])
def test_hostile_session_names_make_no_page(mocks: Mocks, open_page: OpenPage, name: str) -> None:
    page = open_page(f"{mocks.url}/~{name}/")
    assert page.locator("script").count() == 0


def test_ten_thousand_requests_leave_a_bounded_list(mocks: Mocks, open_page: OpenPage) -> None:
    page = open_page(mocks.url)
    httpx.get(f"{mocks.url}/nowhere")
    expect_rows(page, 1)
    entry = next(mocks.mock_app.sessions.get("default").journal.entries())

    async def arrive(start: int) -> None:
        for number in range(start, start + 1000):
            for listen in list(mocks.mock_app.listeners):
                listen(replace(entry, id=f"default-{number}", number=number))

    for start in range(1000, 11_000, 1000):
        mocks.run(arrive(start))
    page.get_by_text("Too many at once").wait_for()
    assert rows(page).count() <= 1000
    rows(page).first.click()
    page.locator(".details").wait_for()
