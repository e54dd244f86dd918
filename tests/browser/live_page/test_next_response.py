"""The queue."""

from __future__ import annotations

import re

from crm_mocks.server.thread import Mocks
from tests.browser.live_page.clients import OpenPage, create, rows


def test_two_clicks_make_the_next_response(mocks: Mocks, open_page: OpenPage) -> None:
    create(mocks)
    page = open_page(mocks.url)
    rows(page).click()
    page.get_by_role("button", name="Make the next response").click()
    page.get_by_role("button", name="429 rate_limit_exceeded").click()
    page.get_by_text("1 queued").wait_for()
    assert create(mocks).status_code == 429


def test_a_response_of_ones_own_is_queued_and_deleted(mocks: Mocks, open_page: OpenPage) -> None:
    page = open_page(f"{mocks.url}/#queue")
    page.get_by_label("Next request of").select_option("config_api.createLead")
    page.get_by_text("A response of your own").click()
    page.get_by_label("Status", exact=True).fill("503")
    page.get_by_label("Headers, one per line").locator("visible=true").fill("Retry-After: 30")
    page.get_by_label("Body: JSON").fill('{"down": true}')
    page.get_by_role("button", name="Queue this response").click()
    page.get_by_text("1 queued").wait_for()
    response = create(mocks)
    assert (response.status_code, response.headers["retry-after"], response.json()) == (503, "30", {"down": True})
    page.get_by_role("button", name="EMPTY_RESPONSE").click()
    page.get_by_role("button", name=re.compile("^Delete")).click()
    page.get_by_text("Nothing is queued").wait_for()
    assert create(mocks).status_code == 200
