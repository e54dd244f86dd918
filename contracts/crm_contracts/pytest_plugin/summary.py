"""The end of a run: verdict, reports and exit code."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import pytest

from crm_contracts.judge.codec import Malformed
from crm_contracts.judge.finding_text import shortfall
from crm_contracts.judge.report import report
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.files import write
from crm_contracts.report.formats import render
from crm_mocks.errors import CrmMocksError, UsageError

if TYPE_CHECKING:
    from crm_contracts.pytest_plugin.test_run import TestRun


@dataclass
class RunSummary:
    """Result of a run.

    Attributes:
        verdict: the verdict, or `None` if it could not be computed.
        complaints: reasons why the run fails apart from its tests, one line each.
    """

    verdict: Verdict | None = None
    complaints: list[str] = field(default_factory=list)


def finish(session: pytest.Session, run: TestRun) -> None:
    """Compute the verdict and write the reports; fail a passed run if there are complaints."""
    run.summary = summary = RunSummary()
    try:
        summary.verdict = run.verdict()
    except (CrmMocksError, Malformed, OSError) as error:
        summary.complaints.append(f"there is no verdict: {error}")
    if summary.verdict is not None:
        summary.complaints += _complaints(run, summary.verdict)
    if summary.complaints and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _complaints(run: TestRun, verdict: Verdict) -> list[str]:
    complaints = ["the contract was broken"] if verdict.failing else []
    complaint = shortfall(verdict, run.options.fail_under)
    if complaint:
        complaints.append(complaint)
        verdict = replace(verdict, complaints=(*verdict.complaints, complaint))
    document = report(verdict, "pytest")
    for form, path in run.options.reports.items():
        try:
            write(path, render(document, form), f"the {form} report")
        except UsageError as error:
            complaints.append(str(error))
    return complaints


def print_summary(reporter: pytest.TerminalReporter, run: TestRun) -> None:
    """Print the verdict and the complaints."""
    summary = run.summary
    assert summary is not None  # checked by the caller
    reporter.section("crm-mocks")
    if summary.verdict is not None:
        reporter.write(_text(summary.verdict, colour=reporter.hasmarkup, width=get_terminal_size().columns))
    for form, path in run.options.reports.items():
        if path.is_file():
            reporter.write_line(f"{form} report: {path}")
    for complaint in summary.complaints:
        reporter.write_line(f"crm-mocks: {complaint}", red=True)


def _text(verdict: Verdict, *, colour: bool, width: int) -> str:
    from crm_contracts.report.terminal import render as render_text

    return render_text(report(verdict, "pytest"), colour=colour, width=width)
