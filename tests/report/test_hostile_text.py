"""Every format shows text from clients as text, wherever it appears."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest

from crm_contracts.report import terminal
from crm_contracts.report.formats import FORMATS, render
from crm_contracts.report.text import without_log_commands
from tests.report.pages import HtmlPage, assert_self_contained
from tests.report.samples import HOSTILE, document

ESCAPED_FORMATS = ("terminal", "html", "markdown", "junit")
LOG_FORMATS = ("terminal", "markdown")


@pytest.fixture(scope="module", params=[*FORMATS, "terminal"])
def hostile(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A format and the hostile report rendered in it."""
    return request.param, render(document(HOSTILE), request.param)


@pytest.mark.parametrize("form", ESCAPED_FORMATS)
def test_control_characters_are_escaped(form: str) -> None:
    report = render(document(HOSTILE), form)
    assert [char for char in report if not (char.isprintable() or char in "\n\u200b")] == []
    assert "\\x1b[31m" in report or form == "markdown"


def test_lone_surrogates_are_escaped(hostile: tuple[str, str]) -> None:
    form, report = hostile
    assert form == "json" or report.encode("utf-8")


def test_a_page_contains_no_foreign_markup() -> None:
    html = render(document(HOSTILE), "html")
    assert_self_contained(html)
    page = HtmlPage(html)
    assert "</pre></script><b>&\"'`|*@team" in page.text


def test_junit_is_well_formed_and_keeps_the_text() -> None:
    root = ElementTree.fromstring(render(document(HOSTILE), "junit"))
    assert "</pre></script><b>&\"'`|*@team" in (root.findtext(".//failure") or "")


def test_json_keeps_the_text_and_large_numbers_exactly() -> None:
    written = render(document(HOSTILE), "json").encode("utf-8", "backslashreplace")
    assert json.loads(written)["text"] == HOSTILE
    assert json.loads(written)["number"] == 10**30


def test_a_comment_contains_no_mentions_and_no_foreign_markup() -> None:
    comment = render(document(HOSTILE), "markdown")
    outside = re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", comment, flags=re.DOTALL)
    assert "@team" not in outside
    assert re.search(r"(?<!\\)</?(b|pre|script)>", outside) is None
    assert comment.count("<details>") == comment.count("</details>")


def test_tables_in_a_comment_keep_their_columns() -> None:
    rows = [line for line in render(document(HOSTILE), "markdown").splitlines() if line.startswith("|")]
    assert [row.replace("\\|", "").count("|") for row in rows] == [3] * 3 + [4] * 4


@pytest.mark.parametrize("form", LOG_FORMATS)
def test_no_line_is_a_build_server_command(form: str) -> None:
    report = render(document(HOSTILE), form)
    assert [line for line in report.splitlines() if line.lstrip().startswith("::")] == []
    assert re.search(r"##(vso)?\[", report) is None


def test_no_coloured_line_is_a_build_server_command() -> None:
    report = terminal.render(document(HOSTILE), colour=True)
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in report.splitlines()]
    assert [line for line in lines if line.lstrip().startswith("::") or "##[" in line or "##vso[" in line] == []


@pytest.mark.parametrize(
    "line",
    [
        "::error::x",
        " \t::error::x",
        "a\n::group::x",
        "##vso[x]",
        "a ##[error]x",
        "##VSO[x]",
        "##teamcity[x]",
        "\x1b[1m::x",
    ],
)
def test_build_server_commands_are_broken_by_an_invisible_space(line: str) -> None:
    escaped = without_log_commands(line)
    assert escaped != line
    assert escaped.replace("\u200b", "") == line


@pytest.mark.parametrize("line", ["a ::error::x", "std::string", "a: :b", "## heading", "#[x]", "#vso[x]"])
def test_other_lines_are_unchanged(line: str) -> None:
    assert without_log_commands(line) == line
