"""The Markdown renderer."""

from __future__ import annotations

from dataclasses import replace

from crm_contracts.report.document import CodeBlock, FindingItem, Paragraph, Report, ReportSection, table
from crm_contracts.report.formats import render
from crm_contracts.report.spans import Code
from tests.report.samples import document

EMPTY = Report("run", "Contract", "kept", passed=True)


def test_a_comment_shows_all_its_parts() -> None:
    comment = render(document(), "markdown")
    assert comment.startswith(
        "### ❌ Contract broken: 2 rules broken word\n\n`traffic.har word`\n\n❌ complaint word\n"
    )
    for expected in (
        "\nCoverage of outcomes word: **1 of 5 (20.0 %)**; sessions: **2**\n",
        "\n**toy.createContact word `body.word` type** ×3 \\[known word\\]\n",
        "\n- message word **word**\n- sent: `word`\n- expected: a string word\n- allow word: `word`\n",
        "\n<details><summary>first in word</summary>\n\n```sh\ncurl word\n```\n\n</details>\n",
        "\n| first word | ❌ cell word 1 of 2 (50.0 %): why word |\n",
        "\n<details><summary>operation word<code>word</code> 1 of 5 (20.0 %)</summary>\n\n- covered: 201 word\n",
        "\n- item word\n",
        "\nbrief word\n",
        "\nblock word\n\n```\nword\n```\n",
        "\n<details><summary>About this report</summary>\n\n- contract word: `word`\n\n</details>\n",
    ):
        assert expected in comment, expected
    assert "full word" not in comment


def test_a_passed_report_has_a_check_mark() -> None:
    assert render(EMPTY, "markdown") == "### ✅ Contract kept\n"


def test_a_request_is_shown_once() -> None:
    findings = tuple(
        FindingItem(f"op {number}", blocks=(CodeBlock("curl a", "first in a", "sh"),)) for number in range(2)
    )
    comment = render(replace(EMPTY, sections=(ReportSection("Broken", findings),)), "markdown")
    assert comment.count("curl a") == 1
    assert "\nfirst in a, as above\n" in comment


def test_fences_are_longer_than_any_in_the_text() -> None:
    comment = render(replace(EMPTY, sections=(ReportSection("S", (CodeBlock("````", folded=False),)),)), "markdown")
    assert comment.endswith("\n`````\n````\n`````\n")


def test_a_comment_fits_on_github() -> None:
    findings = tuple(FindingItem("op", message="word " * 500, blocks=(CodeBlock("x" * 9000),)) for _ in range(100))
    rows = table(("a",), [["cell " * 200]] * 300)
    long = replace(
        EMPTY, sections=(ReportSection("Broken", findings), ReportSection("Table", (rows, Paragraph("the end"))))
    )
    comment = render(long, "markdown")
    assert len(comment) <= 65_536
    assert "… and 95 more" in comment
    assert comment.rstrip().endswith("the end")


def test_pipes_are_escaped_in_tables_only() -> None:
    blocks = (Paragraph(Code("a|b")), table(("a",), [[Code("a|b")]]))
    comment = render(replace(EMPTY, sections=(ReportSection("S", blocks),)), "markdown")
    assert "\n`a|b`\n" in comment
    assert "\n| `a\\|b` |\n" in comment
