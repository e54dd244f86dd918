"""`python -m tools.pages.screenshots`: take the pictures of docs/images in Chromium.

Set `CHROMIUM` to the path of a browser that is not found as `chromium`. Exit code 2 without one.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import httpx

import crm_mocks
from crm_mocks.contract.source import directory
from tools.pages.sample_reports import make

IMAGES = directory().parent / "docs" / "images"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_KEY = {"x-api-key": "demo-key"}
_NOW = "2026-01-31T12:00:00Z"
_REPORTS: Final[tuple[tuple[str, str, int, Literal["light", "dark"]], ...]] = (
    ("run", "report-run.png", 1280, "light"),
    ("sweep", "report-sweep.png", 1280, "light"),
    ("verify", "report-verify.png", 1280, "dark"),
    ("push", "report-push-phone.png", 400, "dark"),
)
"""Command, name of the picture, width and colour scheme."""


def main() -> int:
    """Write the pictures; return the exit code."""
    chromium = find_chromium()
    if chromium is None:
        print("error: there is no Chromium: install the package chromium", file=sys.stderr)
        return 2
    take_all(chromium, IMAGES)
    return 0


def find_chromium() -> str | None:
    """Return the path of the browser, or `None` if there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def take_all(chromium: str, folder: Path) -> None:
    """Write the pictures of mocks that have received requests, and of reports.

    Args:
        chromium: path of the browser.
        folder: folder of the pictures.
    """
    with crm_mocks.serve(port=0, seed=1, now=_NOW) as mocks, TemporaryDirectory() as reports:
        _send_requests(mocks.url)
        make(Path(reports))
        take(chromium, mocks.url, Path(reports), folder)


def _send_requests(url: str) -> None:
    """Send requests of all kinds: good, broken, forced, to a wrong path."""
    customer = {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}
    with httpx.Client(base_url=url, headers=_KEY) as client:
        client.get("/v1/leads/config")
        client.post("/v1/leads/create", json={"leadCustomer": customer})
        client.post("/v1/lead/create", json={"leadCustomer": customer})
        client.post("/activix/leads", json={"id": "x"}, auth=("activix", "activix-secret"))
        client.post("/v1/leads/create", json={"leadCustomer": {**customer, "lastname": 7, "nickname": "Maxi"}})
        client.post("/api/leads", json=2)
        client.post("/__admin/responses", json={"operation": "leadbank.getLeads", "status": 503})
        client.post("/api/leads", json=2)


def take(chromium: str, url: str, reports: Path, folder: Path) -> None:
    """Write the pictures.

    Args:
        chromium: path of the browser.
        url: URL of the mocks.
        reports: folder of the HTML reports.
        folder: folder of the pictures.
    """
    from playwright.sync_api import sync_playwright

    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
        page.goto(url)
        page.get_by_text("leadCustomer.lastname").click()
        page.locator(".details .marked").first.wait_for()
        page.screenshot(path=folder / "live-page.png")
        page = browser.new_page(viewport={"width": 400, "height": 800}, color_scheme="dark")
        page.goto(f"{url}/#queue")
        page.get_by_label("Next request of").select_option("config_api.createLead")
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)  # until transitions have ended
        page.screenshot(path=folder / "live-page-phone.png")
        for command, name, width, scheme in _REPORTS:
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            page.goto((reports / f"{command}.html").as_uri())
            page.screenshot(path=folder / name)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
