"""The terminal renderer."""

from __future__ import annotations

import re
from dataclasses import replace

from crm_contracts.report.document import BulletList, CodeBlock, FindingItem, Paragraph, Report, ReportSection
from crm_contracts.report.terminal import render
from tests.report.samples import document

EMPTY = Report("run", "Contract", "kept", passed=True)


def test_a_report_shows_all_its_parts() -> None:
    assert render(document()).splitlines() == [
        "Contract broken: 2 rules broken word",
        "traffic.har word",
        "complaint word",
        "introduction word",
        "",
        "Coverage of outcomes word: 1 of 5 (20.0 %)",
        "sessions: 2",
        "",
        "Broken",
        "  toy.createContact word body.word type  ×3 [known word]",
        "      message word word",
        "      sent: word",
        "      expected: a string word",
        "      allow word: word",
        "      first in word",
        "        curl word",
        "      output word",
        "        word",
        "",
        "Coverage word",
        "  paragraph word",
        "  column word  second",
        "  first word   cell word  1 of 2 (50.0 %)",
        "  op",
        "    word: a",
        "    b",
        "",
        "  operation wordword  1 of 5 (20.0 %)",
        "    covered        201 word",
        "  item word",
        "  brief word",
        "  block word",
        "    word",
    ]


def test_a_report_without_content_is_one_line() -> None:
    assert render(EMPTY) == "Contract kept\n"


def test_colours_are_optional() -> None:
    coloured = render(document(), colour=True)
    assert re.search(r"\x1b\[[0-9;]*31m", coloured)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(document())


def test_lines_wrap_at_words_and_long_words_are_kept_whole() -> None:
    path = "/tmp/" + "x" * 120
    text = " ".join(["word"] * 40)
    report = render(
        replace(EMPTY, sections=(ReportSection("S", (Paragraph(text), BulletList((path, text)))),)), width=80
    )
    assert path in report
    lines = [line for line in report.splitlines() if path not in line]
    assert max(map(len, lines)) <= 80
    assert lines[-1].startswith("      word")


def test_the_verdict_is_repeated_below_a_long_report() -> None:
    long = replace(EMPTY, sections=(ReportSection("S", tuple(Paragraph(str(number)) for number in range(40))),))
    assert render(long).splitlines()[-2:] == ["", "Contract kept"]
    assert render(document()).count("Contract broken") == 1


def _findings(*requests: str) -> Report:
    blocks = [CodeBlock(f"curl {request}", f"first in {request}", "sh") for request in requests]
    findings = tuple(FindingItem(f"op {number}", blocks=(block,)) for number, block in enumerate(blocks))
    return replace(EMPTY, sections=(ReportSection("Broken", findings),))


def test_a_request_is_shown_once() -> None:
    report = render(_findings("a", "a"))
    assert report.count("curl a") == 1
    assert report.count("first in a, as above") == 1


def test_a_report_shows_the_first_requests_only() -> None:
    report = render(_findings(*map(str, range(12))))
    assert report.count("curl ") == 10
    assert report.count(", the request is in the other reports") == 2


def test_a_long_list_is_shortened() -> None:
    report = render(replace(EMPTY, sections=(ReportSection("S", (BulletList(tuple(map(str, range(23)))),)),)))
    assert report.splitlines()[-2:] == ["  19", "  … and 3 more in the other reports"]


def test_columns_line_up_for_wide_characters() -> None:
    from crm_contracts.report.document import table

    rows = [["日本", "x"], ["abcd", "y"]]
    lines = render(replace(EMPTY, sections=(ReportSection("S", (table(("", ""), rows),)),))).splitlines()
    assert lines[-2:] == ["  日本  x", "  abcd  y"]
