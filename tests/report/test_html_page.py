"""The HTML renderer."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crm_contracts.report import html_page
from crm_contracts.report.document import (
    BulletList,
    CodeBlock,
    Fact,
    FindingItem,
    Paragraph,
    ReportSection,
    TableCell,
    table,
)
from crm_contracts.report.formats import render
from crm_contracts.report.html_page import assets_beside
from crm_contracts.report.spans import Code, Link, Note, Reference, Tone, with_code
from tests.report.pages import HtmlPage, assert_self_contained
from tests.report.samples import document


def test_a_page_is_self_contained() -> None:
    html = render(document(), "html")
    assert html.startswith("<!DOCTYPE html>")
    assert_self_contained(html)
    assert "http:" not in html


def test_a_page_supports_dark_mode_and_narrow_screens() -> None:
    html = render(document(), "html")
    assert "prefers-color-scheme: dark" in html
    assert 'content="width=device-width, initial-scale=1"' in html
    assert html.count('<div class="table" tabindex="0">') == html.count("<table>") == 2, "tables scroll inside the page"


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


def test_what_fails_comes_before_the_figures_and_everything_else() -> None:
    notes = ReportSection("Notes", (BulletList(("a note",)),))
    report = replace(document(), sections=(notes, *document().sections))
    text = HtmlPage(render(report, "html")).text
    main = text[text.index("introduction word") :]
    assert main.index("Broken") < main.index("Coverage of outcomes word") < main.index("Notes")


def test_titles_and_icons_differ_by_command_and_verdict() -> None:
    reports = [replace(document(), command=command) for command in ("run", "sweep")]
    reports.append(replace(document(), passed=True, word="kept"))
    heads = [render(report, "html").split("<style>")[0] for report in reports]
    assert len({re.findall("<title>.*</title>", head)[0] for head in heads}) == 3
    assert len({re.findall('rel="icon" href="[^"]*"', head)[0] for head in heads}) == 3
    assert "<title>✗ run: Contract broken (crm-mocks)</title>" in heads[0]


def test_a_marked_line_is_marked() -> None:
    block = CodeBlock('{\n  "id": <1>\n}', marked=(1,), folded=False)
    html = render(replace(document(), sections=(ReportSection("Sent", (block,)),)), "html")
    assert '<pre tabindex="0">{\n<mark>  &#34;id&#34;: &lt;1&gt;</mark>\n}</pre>' in html


def test_rows_that_pass_are_folded_below_those_that_fail_equal_ones_together() -> None:
    rows = [[f"case {number}", "ok"] for number in range(5)]
    rows[3:3] = [["case x", "ok slowly"]]
    cells = [*rows, ["case y", TableCell("FAILED", Tone.BAD)]]
    matrix = table(("case", "once"), cells, folded=True)
    html = render(replace(document(), sections=(ReportSection("Matrix", (matrix,)),)), "html")
    places = [html.index(text) for text in ("FAILED", "<summary>5 × ok</summary>", "<summary>1 × ok slowly</summary>")]
    assert places == sorted(places)


def test_a_page_can_have_its_style_and_script_beside_it(tmp_path: Path) -> None:
    assets = assets_beside(tmp_path / "my report.html", document())
    html = html_page.render(document(), assets)
    page = HtmlPage(html)
    assert [asset.name for asset in assets] == ["my report.css", "my report.js", "my report.svg"]
    assert ("href", "my%20report.css") in page.attributes
    assert ("src", "my%20report.js") in page.attributes
    assert ("href", "my%20report.svg") in page.attributes
    assert "style" not in page.tags
    assert re.findall("<script[^>]*>(.*?)</script>", html, re.DOTALL) == [""]


def test_rows_with_the_same_result_are_folded_together_whatever_their_other_cells() -> None:
    rows = [["case", TableCell(f"ok {number % 2}", Tone.GOOD), f"about {number}"] for number in range(6)]
    html = render(
        replace(document(), sections=(ReportSection("All", (table(("case", "result", "about"), rows, folded=True),)),)),
        "html",
    )
    assert re.findall("<summary>(. × .*?)</summary>", html) == ["3 × ok 0", "3 × ok 1"]


def _findings(count: int) -> str:
    items = tuple(FindingItem(f"rule {number}", message="broken", count=2) for number in range(count))
    return render(replace(document(), sections=(ReportSection("Broken", items, tone=Tone.BAD),)), "html")


def test_many_findings_begin_with_links_to_each() -> None:
    html = _findings(4)
    assert re.findall('<li><a href="#finding-(.)">(.*?)</a>', html) == [(str(n + 1), f"rule {n}") for n in range(4)]
    assert re.findall('<article class="bad" id="finding-(.)">', html) == ["1", "2", "3", "4"]
    assert 'class="overview"' not in _findings(3)


def test_a_cause_is_the_heading_of_its_finding() -> None:
    item = FindingItem(
        "absent member", cause="KeyError at client.py:3", facts=(Fact("where", "KeyError at client.py:3"),)
    )
    html = render(replace(document(), sections=(ReportSection("Broken", (item,), tone=Tone.BAD),)), "html")
    assert "<h3>KeyError at client.py:3</h3>\n<p>absent member</p>" in html
    assert '<dt class="neutral">where</dt>' not in html
    assert "KeyError" not in render(
        replace(document(), sections=(ReportSection("Broken", (replace(item, facts=()),)),)), "markdown"
    )


def test_a_reference_leads_to_a_note_and_back() -> None:
    note = Note("The document", (("read it at", Link("there", "https://www.rfc-editor.org/rfc/rfc9110")),))
    items = tuple(FindingItem("rule", facts=(Fact("basis", Reference("document", note)),)) for _ in range(2))
    html = render(replace(document(), sections=(ReportSection("Broken", items),)), "html")
    assert html.count('<a href="#note-1">document</a>') == 2
    assert html.count('id="note-') == 1
    assert '<a href="#finding-1">1</a>, <a href="#finding-2">2</a>' in html
    assert '<a href="https://www.rfc-editor.org/rfc/rfc9110" rel="noreferrer">there</a>' in html


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_other_formats_show_the_text_of_links(form: str) -> None:
    text = ("see ", Reference("document", Note("The document")), " ", Link("there", "https://example.com"))
    shown = render(replace(document(), sections=(ReportSection("Broken", (Paragraph(text),)),)), form)
    assert "see document there" in shown


def test_there_is_no_filter_without_failures() -> None:
    sections = (ReportSection("Broken", (), tone=Tone.BAD), ReportSection("Notes", (BulletList(("a note",)),)))
    html = render(replace(document(), sections=sections), "html")
    assert "<fieldset" not in html
    assert "<fieldset" in render(document(), "html")


def test_text_between_backticks_is_code() -> None:
    assert with_code("Add `info` first.") == ("Add ", Code("info"), " first.")
    assert with_code("one ` only") == "one ` only"
