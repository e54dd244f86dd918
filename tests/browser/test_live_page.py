"""The live page in Chromium."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

import crm_mocks
from crm_mocks.admin import direct_routes
from crm_mocks.server.thread import Mocks

KEY = {"x-api-key": "demo-key"}
LEAD = {"leadCustomer": {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}}
MARKUP = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
AXE = Path(__file__).parents[2] / ".node" / "node_modules" / "axe-core" / "axe.min.js"
PARTS = ("requests", "queue", "operations", "records", "sessions", "verdict")

OpenPage = Callable[..., Any]


def create(mocks: Mocks, body: Any = LEAD, prefix: str = "") -> httpx.Response:
    return httpx.post(f"{mocks.url}{prefix}/v1/leads/create", json=body, headers=KEY)


def broken(lastname: Any = 7) -> Any:
    return {"leadCustomer": {**LEAD["leadCustomer"], "lastname": lastname}}


def rows(page: Any) -> Any:
    return page.locator("button.request")


def expect_rows(page: Any, count: int) -> None:
    page.wait_for_function("count => document.querySelectorAll('button.request').length === count", arg=count)


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
    monkeypatch.setattr(direct_routes, "entry_points", lambda **_: [])
    with crm_mocks.serve(["leadbank"], port=0) as mocks:
        page = open_page(f"{mocks.url}/#verdict")
        page.get_by_text("crm_contracts, which is not installed").wait_for()


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


def test_ten_thousand_requests_stay_quick(mocks: Mocks, open_page: OpenPage) -> None:
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
    begin = page.evaluate("performance.now()")
    rows(page).first.click()
    page.locator(".details").wait_for()
    assert page.evaluate("performance.now()") - begin < 2000


class _Page(BaseHTTPRequestHandler):
    """A page of another site that tries to reset the mocks and to read their requests."""

    target = ""

    def do_GET(self) -> None:
        script = f"""
        const attempt = (path, options) =>
          fetch("{self.target}" + path, options).then(({{ok}}) => ok ? "worked" : "refused", () => "blocked");
        Promise.all([
          attempt("/__admin/requests"), attempt("/__admin/events"),
          attempt("/__admin/reset", {{method: "POST", body: "{{}}"}}),
          attempt("/__admin/reset", {{method: "POST", body: "{{}}", mode: "no-cors"}}),
          attempt("/__admin/reset", {{method: "POST", body: "{{}}", credentials: "include"}}),
        ]).then((results) => document.title = results.join());
        """
        body = f"<!doctype html><title>trying</title><iframe src='{self.target}/'></iframe><script>{script}</script>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


def test_a_page_of_another_site_cannot_drive_it(mocks: Mocks, browser: Any) -> None:
    create(mocks)
    server = HTTPServer(("127.0.0.1", 0), type("Page", (_Page,), {"target": mocks.url}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"http://evil.example:{server.server_port}/")
        page.wait_for_function("document.title !== 'trying'")
        assert "worked" not in page.title()
        assert all(frame.locator("#tabs").count() == 0 for frame in page.frames)
    finally:
        context.close()
        server.shutdown()
        server.server_close()
    assert len(httpx.get(f"{mocks.url}/__admin/requests").json()["requests"]) == 1


def test_the_one_time_link_opens_a_guarded_page(open_page: OpenPage) -> None:
    with crm_mocks.serve(["leadbank"], port=0, admin_token="secret") as mocks:
        page = open_page(mocks.url)
        page.get_by_text("This browser has no access yet").wait_for()
        link = httpx.post(f"{mocks.url}/__admin/ui/links", headers={"Authorization": "Bearer secret"}).json()["url"]
        page.goto(link)
        page.locator(".connection.live").wait_for()
        httpx.post(f"{mocks.url}/api/leads", json=2)
        expect_rows(page, 1)
        page.goto(f"{mocks.url}/#queue")
        page.get_by_role("button", name="EMPTY_RESPONSE").click()
        page.get_by_text("1 queued").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(mocks: Mocks, open_page: OpenPage, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: npm install --prefix .node axe-core")
    create(mocks)
    create(mocks, broken())
    serious: list[str] = []
    for part in PARTS:
        page = open_page(f"{mocks.url}/#{part}", scheme=scheme, bypass_csp=True)
        if part == "requests":
            rows(page).first.click()
            page.locator(".details .marked.bad").wait_for()
        page.wait_for_timeout(500)
        page.evaluate(AXE.read_text("utf-8"))
        for found in page.evaluate("axe.run()")["violations"]:
            if found["impact"] in ("serious", "critical"):
                serious += [f"{part}: {found['id']}: {node['html']}" for node in found["nodes"]]
    assert serious == []
