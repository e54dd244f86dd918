"""A real Chromium, driven by Playwright. Tests are skipped, with the reason, where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import crm_mocks
from crm_mocks.server.thread import Mocks

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP evil.example 127.0.0.1",
]


@pytest.fixture(scope="module")  # a running Playwright keeps tests from having event loops of their own
def browser() -> Iterator[Any]:
    """The browser."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: install the package chromium, or set CHROMIUM to its path")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def mocks() -> Iterator[Mocks]:
    """All mocks, with a stopped clock."""
    with crm_mocks.serve(port=0, seed=1, now="2026-01-31T12:00:00Z") as served:
        yield served


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a URL in a window of its own; errors of scripts and blocked content fail the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(
        url: str, width: int = 1280, scheme: str = "light", *, may_block_scripts: bool = False, **options: Any
    ) -> Any:
        options.setdefault("reduced_motion", "reduce")  # what fades in has its colours at once
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # for machines that are busy with other things
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.extend(_blocked(message.text, may_block_scripts)))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def _blocked(message: str, may_block_scripts: bool) -> Iterator[str]:
    """Yield a message about blocked content; scripts may be blocked."""
    if "Security Policy" in message and not (may_block_scripts and "script" in message):
        yield message
