"""Who may open and drive the page."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx

import crm_mocks
from crm_mocks.server.thread import Mocks
from tests.browser.live_page.clients import OpenPage, create, expect_rows


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
