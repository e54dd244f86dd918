"""The built site: complete, without dead links, and readable from its folder without a network."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt

from tests.tools.site.html_page import HtmlPage, Site

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS) for path in DOCS.rglob("*.md"))
BLOCKS = {"li": "list items", "tr": "rows of tables", "pre": "code blocks", "h2": "headings", "h3": "headings"}
PUBLIC = ("crm_mocks", "crm_mocks.vendor", "crm_contracts.push", "crm_contracts.fuzz", "crm_contracts.diff",
          "crm_contracts.lint")  # fmt: skip
FIXTURES = "crm_contracts.pytest_plugin.fixtures.session_mocks"
MEMBERS = ("url", "requests", "wait_for", "respond", "records", "add_record", "settings", "clock", "verdict", "reset")
ON_A_PHONE = ("index.html", "tutorial.html", "cli.html", "api/fixtures.html", "vendors/crmcom.html", "facts.html")


def shown_at(page: Path) -> str:
    return page.with_suffix(".html").as_posix()


def test_every_page_is_in_the_navigation(site: Site) -> None:
    linked = set(site.pages[site.folder / "index.html"].links)
    assert [page for page in PAGES if shown_at(page) not in linked] == []


def test_no_link_or_anchor_is_dead(site: Site) -> None:
    assert sorted(site.dead_links()) == []


def test_nothing_is_loaded_from_another_host(site: Site) -> None:
    loaded = {address for page in site.pages.values() for address in page.loaded}
    assert [address for address in sorted(loaded) if urlsplit(address).netloc] == []
    styles = [path.read_text("utf-8") for path in site.folder.rglob("*.css")]
    assert styles
    assert [found for style in styles for found in re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", style)] == []


def test_the_search_index_leads_to_a_section(site: Site) -> None:
    index = json.loads((site.folder / "search" / "search_index.json").read_text("utf-8"))
    found = {entry["location"] for entry in index["docs"] if "--write-baseline" in entry["text"]}
    assert "verdict.html#known-findings" in found


def test_the_reference_has_each_public_name(site: Site) -> None:
    shown = {each for path, page in site.pages.items() if path.parent.name == "api" for each in page.ids}
    names = [f"{module}.{name}" for module in PUBLIC for name in importlib.import_module(module).__all__]
    members = [
        f"{FIXTURES}.VendorMock.{name}" for name in ("url", "respond", "records", "settings", "verdict", "reset")
    ]
    assert [name for name in (*names, *members) if name not in shown] == []


def test_the_options_of_serve_are_in_its_reference(site: Site) -> None:
    text = (site.folder / "api" / "serving.html").read_text("utf-8")
    assert "Freeze all clocks at this moment" in text


@pytest.mark.parametrize("page", [each for each in PAGES if each.parts[0] != "api"], ids=str)
def test_the_site_shows_the_blocks_that_the_repository_shows(site: Site, page: Path) -> None:
    html = MarkdownIt("commonmark").enable("table").render((DOCS / page).read_text("utf-8"))
    shown = (site.folder / shown_at(page)).read_text("utf-8")
    article = shown[shown.index("<article") : shown.index("</article>")]
    assert blocks_of(article) == blocks_of(html)


def blocks_of(html: str) -> Counter[str]:
    return Counter(BLOCKS[tag] for tag in re.findall(r"<(\w+)", html) if tag in BLOCKS)


def test_the_search_works_from_the_folder_without_a_network(site: Site, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    requested: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((site.folder / "index.html").as_uri())
    page.locator(".md-search__input").fill("baseline")
    page.locator(".md-search-result__link").first.wait_for()
    page.close()
    assert [url for url in requested if urlsplit(url).netloc] == []
    assert errors == []


@pytest.mark.parametrize("name", ON_A_PHONE)
def test_a_page_fits_a_phone(site: Site, browser: Any, name: str) -> None:
    page = browser.new_page(viewport={"width": 400, "height": 800})
    page.goto((site.folder / name).as_uri())
    width = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert width <= 400


def test_dead_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#here"></a><a href="b.html#gone"></a><a href="c.html"></a>')
    (tmp_path / "b.html").write_text('<p id="here"></p><img src="no.png"><a href="https://"></a>')
    assert sorted(Site(tmp_path).dead_links()) == [
        "a.html: b.html#gone", "a.html: c.html", "b.html: https://", "b.html: no.png"
    ]  # fmt: skip


def test_what_a_browser_loads_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<link rel=stylesheet href="//b.example/c.css"><link rel=canonical href="d">')
    assert HtmlPage(tmp_path / "a.html").loaded == ["//b.example/c.css"]


@pytest.mark.parametrize(
    ("pages", "complaint"),
    [
        ({"index.md": "[gone](gone.md)"}, "gone.md"),
        ({"index.md": "[gone](index.md#gone)"}, "#gone"),
        ({"index.md": "# Start", "forgotten.md": "# Forgotten"}, "forgotten.md"),
        ({"index.md": "::: crm_mocks.no_such_name"}, "crm_mocks.no_such_name"),
    ],
    ids=["a dead link", "a dead anchor", "a page that the navigation lacks", "an unknown name"],
)
def test_the_site_is_not_built_with(
    pages: dict[str, str], complaint: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("mkdocs", reason="MkDocs is not installed: pip install -e '.[site]'")
    from tools.site.build import BuildError, build

    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in pages.items():
        (docs / name).write_text(text, "utf-8")
    with pytest.raises(BuildError):
        build(tmp_path / "site", None, docs_dir=str(docs), nav=["index.md"])
    assert complaint in caplog.text
