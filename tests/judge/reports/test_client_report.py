"""Reports on clients: accurate, safe and reproducible."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from crm_contracts.judge.merge import EMPTY
from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.formats import FORMATS
from crm_contracts.report.terminal import render as render_terminal
from tests.conftest import Api
from tests.judge.conftest import HOSTILE
from tests.judge.helpers import rendered as render
from tests.judge.helpers import terminal, verdict
from tests.report.jenkins import assert_taken_by_jenkins
from tests.report.pages import HtmlPage, assert_self_contained

ALL = (*FORMATS, "terminal")


@pytest.mark.parametrize("form", ALL)
def test_the_same_verdict_gives_the_same_report(full: Verdict, form: str) -> None:
    again = Verdict.from_json(orjson.loads(render(full, "json")))
    assert render(again, form) == render(full, form)


@pytest.mark.parametrize("form", ALL)
def test_no_report_shows_credentials(full: Verdict, form: str) -> None:
    assert "s3cret" not in render(full, form)


@pytest.mark.parametrize("form", ALL)
def test_published_credentials_are_shown_so_that_requests_can_be_repeated(full: Verdict, form: str) -> None:
    assert "x-key: demo-key" in render(full, form)


@pytest.mark.parametrize("form", [each for each in ALL if each != "json"])  # which escapes what it must
def test_no_report_holds_control_characters(full: Verdict, form: str) -> None:
    assert HOSTILE in {notice.location[-1] for notice in full.notices}
    report = render(full, form)
    assert [each for each in report if not (each.isprintable() or each in "\n\u200b")] == []


@pytest.mark.parametrize("form", [*FORMATS, "terminal"])
def test_an_empty_verdict_can_be_reported(form: str) -> None:
    report = render(EMPTY, form)
    assert "not checked" in report


@pytest.mark.parametrize("form", ["terminal", "html", "markdown", "junit"])
def test_each_report_says_where_which_rule_and_what_was_expected(full: Verdict, form: str) -> None:
    report = render(full, form)
    for expected in (
        "body.email",
        "expected string",
        "type",
        "toy.createContact",
        "POST /toy/contact",
    ):
        assert expected in report


def test_terminal_text_fits_its_columns(full: Verdict) -> None:
    for line in terminal(full, width=80).splitlines():
        assert len(line) <= 80 or "curl" in line or line.startswith("        ") or "  " not in line.strip()


def test_terminal_text_is_coloured_only_on_request(full: Verdict) -> None:
    assert "\x1b" not in terminal(full)
    assert "\x1b[31m" in terminal(full, colour=True)


def test_the_terminal_report_has_all_sections(full: Verdict) -> None:
    report = terminal(full)
    for heading in (
        "Contract broken: ",
        "Broken by the client\n",
        "Broken, but allowed or known\n",
        "Refused although the request keeps the contract\n",
        "Notices\n",
        "Queued responses not used as often as queued\n",
        "Allowed mistakes\n",
        "Fixed since the baseline\n",
        "Defects of the mock itself",
        "Coverage of outcomes: ",
    ):
        assert heading in report
    assert "toy.createContact:409 never made" in report
    assert "toy.createContact: 409, never used" in report
    assert "not documented 418 ×1 (queue 1)" in report
    assert "EMPTY_RESPONSE ×1" in report
    assert "most similar: POST /toy/contacts (toy.createContact)" in report


def test_the_terminal_shows_a_request_that_breaks_several_rules_once(toy: Api) -> None:
    toy.post("/toy/contacts", json={"email": 5, "born": 1})
    report = terminal(verdict(toy))
    assert report.count("--data-raw") == 1
    assert report.count("first in default-1 at 2026-01-31T12:00:00+00:00, response 400 invalid, as above") == 1


def test_the_terminal_shows_some_requests_and_says_where_the_others_are(toy: Api) -> None:
    for number in range(12):
        toy.get(f"/toy/{number}")
    report = terminal(verdict(toy))
    assert report.count('curl "$CRM_MOCKS_URL"/toy/') == 10
    assert report.count('curl "$CRM_MOCKS_URL"/__admin/responses') == 12
    assert report.count(", the request is in the other reports") == 2


def test_the_report_of_a_kept_contract_is_short(kept: Verdict) -> None:
    assert terminal(kept).splitlines() == [
        "Contract kept: 1 exchange, none of which broke the contract",
        "",
        "Coverage of outcomes: 1 of 2 (50.0 %)",
        "Outcomes of mistakes or on request: 0 of 3 (0.0 %)",
        "Request members: 1 of 2 (50.0 %)",
        "Enum values: 0 of 0 (0.0 %)",
        "",
        "Not tested yet: 1 of 1, each with the command that makes it the next response",
        "  toy.createContact 409 duplicate: the same e-mail address again",
        """    curl "$CRM_MOCKS_URL"/__admin/responses -d """
        """'{"operation": "toy.createContact", "example": "duplicate"}'""",
        "",
        "Coverage of the operations called",
        "",
        "  toy.createContact  POST /toy/contacts  1 of 2 (50.0 %)",
        "    covered                   201 created ×1",
        "    not tested                1 outcome",
        "    of mistakes or on request 3",
        "    members                   1 of 2",
    ]


def test_pytest_is_told_what_to_write_into_a_test(api: Any) -> None:
    mock = api("config_api")
    mock.post("/v1/leads/create", json={}, headers={"x-api-key": "demo-key"})
    mock.get("/v1/leads/nowhere")
    said = render_terminal(report(verdict(mock), "pytest"), colour=False, width=200)
    assert "Not tested yet: 5 of 8, each with the line of a test that makes it the next response" in said
    assert 'config_api.respond(operation="createLead", example="created_full")' in said
    assert 'allow it: @pytest.mark.crm_mocks(allow=["config_api.createLead:member_missing"])' in said
    assert 'config_api.respond(method="GET", path="/v1/leads/nowhere", body={}, times=None)' in said
    assert "--allow" not in said
    assert "/__admin" not in said


def test_the_comment_names_the_outcomes_that_are_not_tested(kept: Verdict) -> None:
    comment = render(kept, "markdown")
    assert "not tested" in comment
    assert "409 duplicate" in comment
    assert re.search(r"400 invalid; 401 no\\?_key; 500 crash", comment)
    assert "curl" not in comment


def test_the_page_folds_the_outcomes_of_mistakes(kept: Verdict) -> None:
    html = render(kept, "html")
    others = html[html.index("Outcomes reached only by a mistake, or only on request") :]
    assert "<code>no_key</code>" in others
    assert "<code>duplicate</code>" not in others


def test_the_terminal_names_at_most_five_outcomes_that_are_not_tested(api: Any) -> None:
    mock = api("config_api")
    mock.post("/v1/leads/create", json={}, headers={"x-api-key": "demo-key"})
    report = terminal(verdict(mock))
    assert "Not tested yet: 5 of 8, each with the command that makes it the next response" in report
    assert report.count("/__admin/responses") == 5


def test_junit_has_a_case_for_each_outcome_and_each_broken_rule(full: Verdict) -> None:
    root = ElementTree.fromstring(render(full, "junit"))
    cases = {
        (case.get("classname"), case.get("name")): [child.tag for child in case if child.tag != "system-out"]
        for case in root.iter("testcase")
    }
    assert cases["toy.createContact", "201 created"] == []
    assert cases["toy.createContact", "client: type body.email"] == ["failure"]
    assert cases["toy.createContact", "client: required body.email"] == ["skipped"]
    assert cases["toy", "client: no operation matches GET /toy/contacts"] == ["failure"]
    assert cases["contract", "client: no operation matches GET /nowhere"] == ["failure"]
    assert len(cases) == 5 + len(full.findings)


def test_junit_has_only_what_the_schema_of_jenkins_takes(full: Verdict) -> None:
    assert_taken_by_jenkins(ElementTree.fromstring(render(full, "junit")))


def test_junit_counts_what_it_holds(full: Verdict) -> None:
    root = ElementTree.fromstring(render(full, "junit"))
    for suite in (root, *root.iter("testsuite")):
        assert int(suite.get("tests", "")) == len(list(suite.iter("testcase")))
        assert int(suite.get("failures", "")) == len(list(suite.iter("failure")))
    for suite in root.iter("testsuite"):
        assert int(suite.get("skipped", "")) == len(list(suite.iter("skipped")))


def test_junit_passes_when_the_contract_is_kept(kept: Verdict) -> None:
    root = ElementTree.fromstring(render(kept, "junit"))
    assert (root.get("failures"), root.get("errors")) == ("0", "0")
    assert len(root.findall(".//skipped")) == 4, "outcomes not tested"
    assert "no rule of the contract is broken: kept" in {case.get("name") for case in root.iter("testcase")}


def test_the_page_is_complete_and_self_contained(full: Verdict) -> None:
    html = render(full, "html")
    assert html.startswith("<!DOCTYPE html>")
    assert_self_contained(html)
    assert "http:" not in html.replace("$CRM_MOCKS_URL", "")
    assert "prefers-color-scheme: dark" in html


def test_the_page_marks_the_broken_member_in_what_was_sent(toy: Api) -> None:
    toy.post("/toy/contacts", json={"email": 5, "phones": [{"number": "1"}]})
    html = render(verdict(toy), "html")
    assert "<mark>  &#34;email&#34;: 5,</mark>" in html


def test_the_page_shows_what_came_from_clients_as_text(full: Verdict) -> None:
    assert "</script><b>&\"'`|*@team" in HtmlPage(render(full, "html")).text


def test_the_comment_is_short_and_mentions_no_users(full: Verdict) -> None:
    comment = render(full, "markdown")
    assert len(comment) < 10_000
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", comment, flags=re.DOTALL)
    assert "toy.createContact" in outside
    assert "@team" not in outside
    assert "<b>" not in outside
    assert comment.count("<details>") == comment.count("</details>")


def test_the_comment_shows_a_request_that_breaks_several_rules_once(toy: Api) -> None:
    toy.post("/toy/contacts", json={"email": 5, "born": 1})
    comment = render(verdict(toy), "markdown")
    assert comment.count("curl ") == 1
    assert comment.count("first in default-1 at 2026-01-31T12:00:00+00:00, response 400 invalid, as above") == 1


def test_tables_of_the_comment_keep_their_columns(full: Verdict) -> None:
    rows = [line for line in render(full, "markdown").splitlines() if line.startswith("|")]
    assert {row.replace("\\|", "").count("|") for row in rows} <= {6, 4}


def test_json_holds_the_sums(full: Verdict) -> None:
    document = orjson.loads(render(full, "json"))
    assert document["verdict"] == "broken"
    assert document["coverage"]["total"] == 2
    assert document["other_coverage"]["total"] == 3
    assert document["faulty"] == full.faulty
