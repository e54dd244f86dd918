"""The HTML reports of all commands in Chromium."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.browser.axe import serious_findings
from tests.providers.served_handler import served
from tools.pages.sample_reports import REPORTS, make

MARKUP = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
"""Content-Security-Policy of Jenkins for files of a build, unless it is configured otherwise."""

SCREENS = [(width, scheme) for width in (1280, 400) for scheme in ("light", "dark")]

OpenPage = Callable[..., Any]


class _Jenkins(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", JENKINS)
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the reports, with assets beside; all processes of a test run share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "reports"
    with (shared / "reports.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "history.html").exists():
            make(folder, assets="beside", hostile=MARKUP)
    return folder


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """URL of the reports on a server with the policy of Jenkins."""
    with served(partial(_Jenkins, directory=str(folder))) as url:  # type: ignore[arg-type]  # a handler all the same
        yield url


@pytest.fixture
def open_report(folder: Path, open_page: OpenPage) -> OpenPage:
    """Open the report of a command from its file."""
    return lambda command, **options: open_page((folder / f"{command}.html").as_uri(), **options)


every_report = pytest.mark.parametrize("command", REPORTS)


@every_report
def test_a_page_fits_all_screens(command: str, open_report: OpenPage) -> None:
    page = open_report(command)
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = false)")
        box = page.locator(".part h2").first.bounding_box()
        assert box is not None
        assert box["y"] < 600, "what is broken is on the first screen"
        page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, scheme)


@every_report
def test_axe_finds_nothing_serious(command: str, open_report: OpenPage) -> None:
    page = open_report(command)
    page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
    assert serious_findings(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious_findings(page, ["color-contrast"]) == []


@every_report
def test_the_keyboard_alone_is_enough(command: str, open_report: OpenPage) -> None:
    page = open_report(command)
    expected = page.evaluate("""() => [...document.querySelectorAll('a[href], input, summary, [tabindex="0"]')]
        .filter((each) => each.checkVisibility() && !(each.type === "radio" && !each.checked)).length""")
    stops = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("""() => {
            const element = document.activeElement, style = getComputedStyle(element);
            return [element.getBoundingClientRect().top + scrollY, style.outlineStyle !== "none", element.tagName];
        }""")
        )
    assert {tag for _, _, tag in stops} <= {"A", "INPUT", "SUMMARY", "PRE", "DIV"}, "each stop is reached"
    assert [tag for _, outlined, tag in stops if not outlined] == []
    content = [top for top, _, tag in stops if tag in ("SUMMARY", "PRE", "DIV")]
    assert content == sorted(content), "from top to bottom"


def test_the_keyboard_searches_filters_and_unfolds(open_report: OpenPage) -> None:
    page = open_report("run")
    articles = page.locator("article:visible")
    count = articles.count()
    page.get_by_label("Search").focus()
    page.keyboard.type("dateofbirth")
    assert 0 < articles.count() < count
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    assert articles.count() == count
    assert page.locator(".figures").is_visible()
    page.get_by_label("everything").focus()
    page.keyboard.press("ArrowRight")
    assert not page.locator(".figures").is_visible()
    page.locator("article summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("article details[open] pre").is_visible()


@every_report
def test_without_scripts_a_page_says_the_same(command: str, open_report: OpenPage) -> None:
    texts = []
    for enabled in (True, False):
        page = open_report(command, java_script_enabled=enabled)
        texts.append(page.locator("main").inner_text().replace("Search", ""))
        assert page.get_by_label("Search").is_visible() == enabled
    assert texts[1].split() == texts[0].split()


@every_report
def test_a_page_works_on_jenkins_as_it_is_by_default(command: str, url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/{command}.html", may_block_scripts=True)
    assert page.locator("main").evaluate("(main) => getComputedStyle(main).maxWidth") != "none", "it has its style"
    assert page.locator(".search").is_hidden()
    summaries = page.locator("summary:visible")
    if summaries.count():
        summaries.first.click()
        assert page.locator("details[open]").count() == 1


def test_the_filter_works_without_scripts(url: str, open_page: OpenPage) -> None:
    page = open_page(f"{url}/run.html", may_block_scripts=True)
    page.get_by_label("only what fails").check()
    assert not page.locator(".figures").is_visible()
    assert page.locator("article:visible").count() > 1


@every_report
def test_a_printed_page_is_open_and_nothing_is_cut(command: str, open_report: OpenPage) -> None:
    page = open_report(command, width=700)
    page.emulate_media(media="print")
    page.wait_for_function("""() => [...document.querySelectorAll("details > :not(summary)")].every((each) =>
        each.checkVisibility({contentVisibilityAuto: true}) && each.getBoundingClientRect().height)""")
    cut = """() => [...document.querySelectorAll("main *, header *")]
        .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible")
        .map((each) => each.outerHTML.slice(0, 100))"""
    assert page.evaluate(cut) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 700


def test_titles_and_icons_are_distinct(folder: Path) -> None:
    titles = {(folder / f"{command}.html").read_text("utf-8").split("title>")[1] for command in REPORTS}
    icons = {(folder / f"{command}.svg").read_text("utf-8") for command in REPORTS}
    assert (len(titles), len(icons)) == (len(REPORTS), len(REPORTS))


def test_hostile_names_and_bodies_are_shown_as_text(open_report: OpenPage) -> None:
    page = open_report("check")
    assert MARKUP in page.locator("main").inner_text()
    assert page.locator("main img, main script").count() == 0
    assert "hacked" not in page.title()


@pytest.mark.parametrize("command", ["run", "verify", "push"])
def test_a_finding_leads_to_its_document(command: str, open_report: OpenPage) -> None:
    page = open_report(command)
    dangling = """() => [...document.querySelectorAll("a[href^='#']")].map((each) => each.hash.slice(1))
        .filter((anchor) => !document.getElementById(anchor))"""
    assert page.evaluate(dangling) == []
    page.locator("article a[href^='#note-']").first.click()
    note = page.locator(".note:target")
    assert note.locator("dt", has_text="findings").count() == 1
    note.locator("a[href^='#finding-']").first.click()
    assert page.locator("article:target").count() == 1


@pytest.mark.parametrize("command", ["run", "verify"])
def test_the_member_at_fault_is_marked(command: str, open_report: OpenPage) -> None:
    page = open_report(command)
    assert page.locator("article pre mark:visible").count() > 0


def test_failed_rows_of_the_matrix_of_a_sweep_come_first(open_report: OpenPage) -> None:
    page = open_report("sweep")
    words = page.locator("tbody tr:visible").all_inner_texts()
    assert words
    assert all("FAILED" in row for row in words)
    assert page.locator("details.rows").count() > 0


def test_fuzz_is_grouped_by_where_the_client_crashed(open_report: OpenPage) -> None:
    headings = open_report("fuzz").locator("article h3").all_inner_texts()
    assert any(heading.startswith("KeyError at weak_client.py:") for heading in headings)
    assert len(set(headings)) == len(headings)


def test_a_push_lists_all_cases_to_the_author_of_the_receiver(open_report: OpenPage, folder: Path) -> None:
    page = open_report("push")
    assert "broken by your receiver" in page.locator("h1").inner_text()
    cases = page.locator("section", has=page.locator("h2", has_text="cases sent to your receiver")).last
    count = cases.locator("tbody tr").count()
    assert f"All {count} cases" in cases.locator("h2").inner_text()


def test_verify_shows_bugs_then_coverage(open_report: OpenPage) -> None:
    headings = open_report("verify").locator("h2").all_inner_texts()
    assert headings[0] == "Broken by the provider"
    assert headings.index("Statuses of the operations") > 0
