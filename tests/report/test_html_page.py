"""The HTML renderer."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.report.formats import render
from tests.report.pages import HtmlPage
from tests.report.samples import document


def test_a_page_is_self_contained() -> None:
    html = render(document(), "html")
    page = HtmlPage(html)
    assert html.startswith("<!DOCTYPE html>")
    assert not page.tags.keys() & {"script", "link", "img", "iframe", "base"}
    assert not {name for name, _ in page.attributes} & {"src", "href", "onclick", "style"}
    assert "url(" not in html
    assert "http" not in html


def test_a_page_supports_dark_mode_and_narrow_screens() -> None:
    html = render(document(), "html")
    assert "prefers-color-scheme: dark" in html
    assert 'content="width=device-width, initial-scale=1"' in html
    assert html.count('<div class="table">') == html.count("<table>") == 2, "tables scroll inside the page"


def test_a_page_shows_all_parts_of_a_report() -> None:
    page = HtmlPage(render(document("a word"), "html"))
    for expected in (
        "Contract broken: 2 rules broken a word",
        "traffic.har a word",
        "complaint a word",
        "introduction a word",
        "1 of 5 (20.0 %)",
        "toy.createContact a word body.a word type ×3 known a word",
        "message a word a word",
        "a string a word",
        "curl a word",
        "paragraph a word",
        "column a word",
        "why a word",
        "201 a word",
        "item a word",
        "full a word",
        "block a word",
        "contract a word",
    ):
        assert expected in page.text, expected
    assert "brief a word" not in page.text
    assert "Nothing" not in page.text, "a section without content"


def test_shares_are_shown_as_bars() -> None:
    page = HtmlPage(render(document(), "html"))
    assert page.tags["meter"] == 3
    assert ("value", "1") in page.attributes


def test_the_verdict_has_its_tone() -> None:
    assert '<strong class="bad">broken</strong>' in render(document(), "html")
    assert '<strong class="good">kept</strong>' in render(replace(document(), word="kept", passed=True), "html")
