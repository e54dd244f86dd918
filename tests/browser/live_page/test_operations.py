"""Operations, and trying them."""

from __future__ import annotations

from pathlib import Path

import crm_mocks
from crm_mocks.server.thread import Mocks
from tests.browser.live_page.clients import OpenPage, expect_rows, rows
from tests.providers.supplied import WORKSHOP

XML_CONTRACT = """
openapi: 3.0.3
info: {title: Leads, version: "1"}
paths:
  /leads:
    post:
      operationId: addLead
      requestBody:
        content:
          application/xml:
            schema: {$ref: "#/components/schemas/Lead"}
            examples: {bob: {value: {name: Bob}}}
      responses:
        "201": {description: added}
components:
  schemas:
    Lead: {type: object, xml: {name: lead}, properties: {name: {type: string}}}
"""

NOTES = """
openapi: 3.0.3
info: {title: Notes, version: "1"}
paths:
  /notes:
    post:
      operationId: addNote
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Note"}
            examples: {first: {value: {name: Bob}}, braces: {value: {name: "{{name}}"}}}
      responses:
        "201":
          description: added
          content: {application/json: {schema: {$ref: "#/components/schemas/Note"}}}
components:
  schemas:
    Note: {type: object, properties: {name: {type: string}}}
"""


def test_code_in_causes_is_shown_as_code(mocks: Mocks, open_page: OpenPage) -> None:
    page = open_page(f"{mocks.url}/#operations")
    page.locator("button.operation[data-id='config_api.createLead']").click()
    outcomes = page.locator(".outcomes")
    outcomes.wait_for()
    assert "`" not in outcomes.inner_text()


def test_an_example_in_xml_is_sent_as_xml(open_page: OpenPage, tmp_path: Path) -> None:
    contract = tmp_path / "leads.yaml"
    contract.write_text(XML_CONTRACT)
    with crm_mocks.serve([str(contract)], port=0) as mocks:
        page = open_page(f"{mocks.url}/#operations")
        page.locator("button.operation[data-id='leads.addLead']").click()
        page.get_by_label("Example of the contract").select_option("bob")
        assert page.locator(".try-it textarea").last.input_value().endswith("<lead><name>Bob</name></lead>")
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator(".try-it .status.success").wait_for()


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


def test_texts_in_braces_of_a_users_contract_stay_as_they_are(open_page: OpenPage, tmp_path: Path) -> None:
    contract = tmp_path / "notes.yaml"
    contract.write_text(NOTES)
    with crm_mocks.serve([str(contract)], port=0) as mocks:
        page = open_page(f"{mocks.url}/#operations")
        page.locator("button.operation[data-id='notes.addNote']").click()
        page.get_by_label("Example of the contract").select_option("first")
        page.get_by_role("button", name="Send", exact=True).click()
        page.locator(".try-it .status.success").wait_for()  # its response has a member `name`
        page.get_by_label("Example of the contract").select_option("braces")
        assert "{{name}}" in page.locator(".try-it textarea").last.input_value()
