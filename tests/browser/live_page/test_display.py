"""Keyboard, narrow screens, light and dark."""

from __future__ import annotations

import httpx
import pytest

from crm_mocks.server.thread import Mocks
from tests.browser.axe import serious_findings
from tests.browser.live_page.clients import PARTS, OpenPage, broken, create, expect_rows, rows


def test_the_keyboard_alone_is_enough(mocks: Mocks, open_page: OpenPage) -> None:
    create(mocks)
    create(mocks, broken())
    page = open_page(mocks.url)
    expect_rows(page, 2)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator(".details .marked.bad").wait_for()
    page.keyboard.press("Escape")
    page.locator(".details").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className").startswith("request")
    page.keyboard.press("v")
    expect_rows(page, 1)
    page.keyboard.press("/")
    page.keyboard.type("nothing like this")
    expect_rows(page, 0)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.get_by_role("heading", name="Make the next response").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_wider_than_a_phone(mocks: Mocks, open_page: OpenPage, part: str, scheme: str) -> None:
    create(mocks, broken("x" * 500))
    httpx.get(f"{mocks.url}/{'long' * 80}")
    page = open_page(f"{mocks.url}/#{part}", width=400, scheme=scheme)
    page.wait_for_timeout(300)
    if part == "requests":
        rows(page).last.click()
        page.locator(".details h3").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_axe_finds_nothing_serious(mocks: Mocks, open_page: OpenPage) -> None:
    create(mocks)
    create(mocks, broken())
    for part in PARTS:
        page = open_page(f"{mocks.url}/#{part}", bypass_csp=True)
        if part == "requests":
            rows(page).first.click()
            page.locator(".details .marked.bad").wait_for()
        page.wait_for_timeout(300)
        assert serious_findings(page) == [], part
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(300)
        assert serious_findings(page, ["color-contrast"]) == [], part
