"""Reports on providers: accurate, safe and reproducible."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import orjson
import pytest

from crm_contracts.judge.codec import Malformed
from crm_contracts.judge.verdict import Verdict
from tests.judge.conftest import GOOD, HOSTILE, JudgeExchanges
from tests.judge.helpers import rendered as render
from tests.judge.helpers import terminal
from tests.report.pages import HtmlPage, assert_self_contained

FORMS = ("terminal", "json", "junit", "html", "markdown")
READABLE_FORMS = ("terminal", "html", "markdown", "junit")


@pytest.fixture
def full(judge_exchanges: JudgeExchanges) -> Verdict:
    """A verdict with entries in all sections."""
    nasty = orjson.dumps({"email": "a@b.c", HOSTILE: 1})
    exchanges = [
        GOOD,
        replace(GOOD, request_body=b'{"email": 5}', status=400, response_body=orjson.dumps({"error": HOSTILE})),
        replace(GOOD, response_body=b'{"id": "1", "token": "s3cret"}', source=HOSTILE),
        replace(GOOD, request_body=nasty),
        replace(GOOD, status=409, response_body=b'{"error": "known"}'),
        replace(GOOD, status=418),
        replace(GOOD, url=f"{GOOD.url}s?api_key=s3cret", status=404),
        replace(GOOD, url=f"https://other.example.com/{HOSTILE}"),
        replace(GOOD, status=0, failure=f"reset by {HOSTILE}"),
    ]
    return replace(judge_exchanges(exchanges), complaints=(f"half of it: {HOSTILE}",))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_verdict_gives_the_same_report(full: Verdict, form: str) -> None:
    again = Verdict.from_json(orjson.loads(render(full, "json")))
    assert render(again, form) == render(full, form)


@pytest.mark.parametrize("form", FORMS)
def test_no_report_shows_credentials(full: Verdict, form: str) -> None:
    assert "s3cret" not in render(full, form)


@pytest.mark.parametrize("form", READABLE_FORMS)
def test_no_report_holds_control_characters(full: Verdict, form: str) -> None:
    assert [each for each in render(full, form) if not (each.isprintable() or each in "\n\u200b")] == []


@pytest.mark.parametrize("form", READABLE_FORMS)
def test_each_report_says_whose_fault_it_is(full: Verdict, form: str) -> None:
    report = render(full, form)
    assert "toy.createContact" in report
    for expected in ("client", "provider", "body.email", "expected string", "not documented", "traffic.har, entry 1"):
        assert expected in report, expected


@pytest.mark.parametrize("form", ["terminal", "html", "markdown"])
def test_each_readable_report_shows_the_other_sections(full: Verdict, form: str) -> None:
    report = render(full, form)
    for expected in ("Refused", "Notices", "other.example.com", "half of it", "2026-01-31", "confirmed", "not reached"):
        assert expected in report, expected


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_verdict_can_be_reported(judge_exchanges: JudgeExchanges, form: str) -> None:
    assert "not checked" in render(judge_exchanges([]), form)


def test_a_page_is_well_formed(full: Verdict) -> None:
    html = render(full, "html")
    assert_self_contained(html)
    page = HtmlPage(html)
    assert "body.email" in page.text
    assert "expected string" in page.text


def test_junit_has_a_case_for_each_status_and_rule(full: Verdict) -> None:
    document = ElementTree.fromstring(render(full, "junit"))
    [contract] = document.findall("testsuite[@name='contract']")
    assert len(contract.findall("testcase/failure")) == len(full.findings)
    statuses = {each.get("name"): each for each in document.findall("testsuite[@name='toy.createContact']/testcase")}
    assert statuses["400"].find("system-out") is not None
    assert statuses["201"].find("failure") is not None
    assert statuses["500"].find("skipped") is not None
    assert sum(int(each.get("tests", 0)) for each in document) == int(document.get("tests", 0))


def test_colours_are_for_terminals_only(full: Verdict) -> None:
    assert "\x1b[" in terminal(full, colour=True)
    assert "\x1b[" not in terminal(full)


def test_a_request_is_shown_once(full: Verdict) -> None:
    assert terminal(replace(full, findings=(full.findings[0], full.findings[0]))).count("as above") == 1


@pytest.mark.parametrize("value", [None, {}, {"format": "crm-mocks examination 99"}, {"format": "crm-mocks report 2"}])
def test_a_malformed_report_is_rejected(value: object) -> None:
    with pytest.raises(Malformed, match=r"format|is missing"):
        Verdict.from_json(value)


def test_an_unknown_side_is_rejected(full: Verdict) -> None:
    value = orjson.loads(render(full, "json"))
    value["findings"][0]["side"] = "neighbour"
    with pytest.raises(Malformed, match="client or provider"):
        Verdict.from_json(value)


def test_members_that_one_body_lacks_are_one_finding_of_the_page(judge_exchanges: JudgeExchanges) -> None:
    verdict = judge_exchanges([replace(GOOD, response_body=b"{}")])
    missing = [finding for finding in verdict.failing if finding.rule == "required"]
    page = render(verdict, "html")
    assert len(missing) > 1
    assert page.count("members missing") == 1
    assert render(verdict, "terminal").count(" required") >= len(missing)
