"""Operations, and trying them."""

from __future__ import annotations

import crm_mocks
from crm_mocks.server.thread import Mocks
from tests.browser.live_page.clients import OpenPage, expect_rows, rows
from tests.providers.supplied import WORKSHOP


def test_an_operation_is_tried_from_its_example(mocks: Mocks, open_page: OpenPage) -> None:
    page = open_page(f"{mocks.url}/#operations")
    page.get_by_role("button", name="POST /v1/leads/create").click()
    page.get_by_label("Example of the contract").select_option("created_minimal")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("see the request").click()
    expect_rows(page, 1)
    assert "created_minimal" in rows(page).inner_text()


def test_first_examples_succeed_with_the_demo_credentials(mocks: Mocks, open_page: OpenPage) -> None:
    page = open_page(f"{mocks.url}/#operations")
    for operation in ("config_api.getLeadConfig", "leadbank.getLeads", "activix.createLead", "crmcom.createToken"):
        page.locator(f"button.operation[data-id='{operation}']").click()
        page.locator("code", has_text=operation).wait_for()
        page.get_by_label("Example of the contract").wait_for()
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator(".try-it .status.success").wait_for()


def test_a_body_without_example_is_made_from_the_schema(open_page: OpenPage) -> None:
    with crm_mocks.serve([str(WORKSHOP)], port=0) as mocks:
        page = open_page(f"{mocks.url}/#operations")
        page.locator("button.operation[data-id='workshop.createVehicle']").click()
        page.get_by_label("Example of the contract").select_option("made from the schema")
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator(".try-it .status.success").wait_for()
        page.locator("button.operation[data-id='workshop.getVehicle']").click()
        page.locator("code", has_text="workshop.getVehicle").wait_for()
        assert "{" not in page.get_by_label("Path and query").input_value()
