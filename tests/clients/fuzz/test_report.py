"""The reports of `crm-mocks fuzz`: what was tried, what broke, and how to have it again."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from crm_contracts.clients.fuzz.model import CaseGroup, FuzzCampaignResult, GroupCounts
from crm_contracts.clients.fuzz.report import report
from crm_contracts.clients.fuzz.weakness import FlakyCase, FuzzResult, Weakness, WeaknessGroup
from crm_contracts.clients.model import RunResult
from crm_contracts.fuzz.mutation_kinds import MutationKind
from crm_contracts.report.formats import render
from tests.clients.fuzz.conftest import Fuzzed
from tests.clients.fuzz.fakes import BASELINE, CASES, CREATE, mutations, start
from tests.report.pages import HtmlPage, assert_self_contained

NASTY = '\x1b[31m</pre><script>alert("x")</script>]]>&\ud83d\u202e'
FORMATS = ("terminal", "json", "junit", "html", "markdown")


def fuzz(**changes) -> FuzzCampaignResult:
    case = CASES.build(start(), mutations(MutationKind.NULL, allowed=False)[:1], allowed=False)
    result = FuzzResult(
        case, RunResult(1, requests=1, delivered=1, output=NASTY), NASTY, (f"printed what matches {NASTY}",)
    )
    weakness = Weakness(result, 12, 0.5, 4, Path("found.json"), Path("test_found.py"))
    made = {
        "tried": {
            CaseGroup(CREATE, 200, MutationKind.NULL): GroupCounts(3, 1, 2),
            CaseGroup(CREATE, 502, MutationKind.PROXY_PAGE): GroupCounts(2),
        },
        "cases": 5,
        "runs": 9,
        "seconds": 2.0,
        "reads": {CREATE: ("body.id",)},
        "groups": (WeaknessGroup("null handling: body.id", 1, (weakness,)),),
        "flaky": (FlakyCase(result, 1, 3),),
        "notes": (NASTY,),
    }
    return FuzzCampaignResult(("client", NASTY), BASELINE, **{**made, **changes})


def test_the_terminal_shows_what_was_tried_and_what_broke(reported: Fuzzed) -> None:
    lines = reported.out.splitlines()
    assert re.fullmatch(r"Broken in 1 place by \d+ of 200 responses: number width", lines[0])
    assert lines[1].startswith("baseline run: exit 0 after ")
    assert "config_api.createLead: the client reads body.id" in lines
    assert next(line.split()[:3] for line in lines if line.startswith("  case")) == ["case", "200", "400"]
    (broken,) = (line for line in lines if line.startswith("  number width: config_api.createLead, 200 created_"))
    assert broken.endswith(": body.id is 9007199254740993, above 2**53")
    assert reported.err == ""


def test_the_json_report_has_all(reported: Fuzzed) -> None:
    report = reported.report
    assert (report["format"], report["command"]) == ("crm-mocks report 2", "fuzz")
    assert report["client"][0].endswith(sys.executable)
    assert (report["answers"], report["seed"], report["complaint"]) == (200, 0, "")
    assert sum(each["given"] + each["unmet"] for each in report["tried"]) > report["answers"]
    (weakness,) = report["weaknesses"]
    assert (weakness["weakness"], weakness["differences"], weakness["allowed"]) == ("number width", 1, True)
    assert weakness["answer"]["operation"] == "config_api.createLead"
    assert weakness["standing"] == "fails"
    assert report["client_verdict"]["exchanges"] >= report["answers"]  # a run may be cut short before its request
    assert Path(weakness["reproduction"]).exists()
    assert Path(weakness["test"]).exists()


def test_the_junit_report_has_a_case_for_each_weakness_and_for_what_was_survived(reported: Fuzzed) -> None:
    (suite,) = ET.parse(reported.folder / "junit").getroot()
    (failed,) = suite.findall("testcase[failure]")
    failure = failed.find("failure")
    assert failure is not None
    assert (failed.get("classname"), failure.get("type")) == ("config_api.createLead", "number width")
    assert "OverflowError" in (failure.text or "")
    passed = {case.get("name") for case in suite.findall("testcase") if case.find("failure") is None}
    assert {"200, truncated body", "502, page of a proxy"} <= passed


def test_the_html_report_is_a_page_with_all_of_it(reported: Fuzzed) -> None:
    page = HtmlPage((reported.folder / "html").read_text("utf-8"))
    assert re.search(r"Broken in 1 place by \d+ of 200 responses: number width", page.text)
    assert page.tags["table"] == 1
    assert "OverflowError" in page.text


def test_the_markdown_report_folds_what_is_long(reported: Fuzzed) -> None:
    text = (reported.folder / "markdown").read_text("utf-8")
    assert re.match(r"### ❌ Broken in 1 place by \d+ of 200 responses: number width\n", text)
    assert text.count("<details>") == text.count("</details>") == 3


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_that_a_client_prints_plays_tricks(form: str) -> None:
    text = render(report(fuzz()), form)
    assert "\x1b" not in text
    assert text.count("<script>") == (form == "html") or form in ("json", "terminal", "markdown")
    if form == "junit":
        ET.fromstring(text)
    if form == "html":
        assert_self_contained(text)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_says_why_a_client_was_not_ready(form: str) -> None:
    empty = FuzzCampaignResult(("client",), BASELINE, complaint="the baseline run failed", output="no such thing")
    text = render(report(empty), form)
    assert "the baseline run failed" in text
    assert "no such thing" in text or form == "json"
    assert empty.exit_code == 1


def test_flaky_clients_are_named_and_do_not_fail_the_run() -> None:
    found = fuzz(groups=())
    assert found.exit_code == 0
    assert render(report(found), "terminal").splitlines()[0] == "Survived: 5 responses; flaky with 1 response"
    (suite,) = ET.fromstring(render(report(found), "junit"))
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")


def test_who_interrupts_gets_the_exit_code_of_that() -> None:
    assert fuzz(interrupted=True).exit_code == 130
