"""A verdict without anything that could be judged fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.judge.checked import require_requests
from crm_contracts.judge.merge import EMPTY
from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.report.checks import CheckStatus
from crm_contracts.report.formats import render
from tests.judge.conftest import GOOD, JudgeExchanges


def test_a_verdict_without_requests_fails_and_names_the_causes() -> None:
    verdict = require_requests(EMPTY, ["the URL is wrong", "nothing was sent"])
    assert verdict.exit_code() == 1
    assert verdict.complaints == (
        "nothing was checked: no request came. Probably the URL is wrong, or nothing was sent. "
        "If that is intended, use --allow-no-requests",
    )


def test_requests_that_match_no_operation_are_counted_in_the_message() -> None:
    (complaint,) = require_requests(replace(EMPTY, exchanges=3), option="--x").complaints
    assert complaint == (
        "nothing was checked: none of 3 requests matches an operation of the contracts. If that is intended, use --x"
    )


def test_a_verdict_without_requests_passes_where_that_is_allowed() -> None:
    assert require_requests(EMPTY, allowed=True) == EMPTY
    assert EMPTY.exit_code() == 0


def test_a_verdict_with_requests_is_unchanged(judge_exchanges: JudgeExchanges) -> None:
    verdict = judge_exchanges([GOOD])
    assert require_requests(verdict) is verdict


def test_junit_has_a_failure_and_no_passed_case_if_nothing_was_checked() -> None:
    statuses = [check.status for check in report(require_requests(EMPTY)).checks]
    assert statuses == [CheckStatus.SKIPPED, CheckStatus.FAILED]
    assert [check.status for check in report(EMPTY).checks] == [CheckStatus.SKIPPED]


@pytest.mark.parametrize("form", ["terminal", "html", "json", "markdown", "junit"])
def test_all_reports_say_that_nothing_was_checked(form: str) -> None:
    assert "nothing was checked: no request came" in render(report(require_requests(EMPTY)), form)


def test_markdown_marks_the_verdict_by_whether_it_passes() -> None:
    assert render(report(require_requests(EMPTY)), "markdown").startswith("### \u274c Contract not checked")
    assert render(report(EMPTY), "markdown").startswith("### \u26a0\ufe0f Contract not checked")
