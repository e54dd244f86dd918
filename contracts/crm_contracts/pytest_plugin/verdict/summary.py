"""The end of a run: verdict, reports and exit code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final

import pytest

from crm_contracts.judge.codec import Malformed
from crm_contracts.judge.nested_verdicts import pass_on
from crm_contracts.judge.reports.finding_text import shortfall
from crm_contracts.judge.reports.verdict_report import report
from crm_contracts.judge.verdict import Verdict
from crm_contracts.report.files import write_format
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.outside_text import one_line

if TYPE_CHECKING:
    from crm_contracts.pytest_plugin.test_run import TestRun

_MAX_SILENT: Final = 50
"""Maximum number of silent tests that are listed."""


@dataclass
class RunSummary:
    """Result of a run.

    Attributes:
        verdict: the verdict, or `None` if it could not be computed.
        complaints: reasons why the run fails apart from its tests and the complaints of the verdict, one line each.
        silent: node ids of tests that took a fixture and sent nothing.
        is_passed_on: `crm-mocks run` has the verdict too, and prints it.
    """

    verdict: Verdict | None = None
    complaints: list[str] = field(default_factory=list)
    silent: tuple[str, ...] = ()
    is_passed_on: bool = False


def finish(session: pytest.Session, run: TestRun) -> None:
    """Compute the verdict and write the reports; fail a passed run if there are complaints."""
    run.summary = summary = RunSummary()
    try:
        summary.verdict = run.verdict()
    except (CrmMocksError, Malformed, OSError) as error:
        summary.complaints.append(f"there is no verdict: {error}")
    if summary.verdict is not None:
        summary.is_passed_on = pass_on(summary.verdict, os.environ)
        summary.verdict = _complained(session, run, summary.verdict)
        if run.unchecked is not None:
            summary.silent = run.unchecked.silent
        if summary.verdict.failing:
            summary.complaints.append("the contract was broken")
        summary.complaints += _write_reports(run, summary.verdict)
    failed = summary.complaints or (summary.verdict is not None and summary.verdict.complaints)
    if failed and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _complained(session: pytest.Session, run: TestRun, verdict: Verdict) -> Verdict:
    """Return the verdict with complaints about what fails the run apart from its tests and findings."""
    if run.unchecked is not None:
        allow_no_requests = run.options.allow_no_requests or session.exitstatus == pytest.ExitCode.INTERRUPTED
        verdict = run.unchecked.complained(verdict, allow_no_requests=allow_no_requests)
    complaint = shortfall(verdict, run.options.fail_under)
    return replace(verdict, complaints=(*verdict.complaints, complaint)) if complaint else verdict


def _write_reports(run: TestRun, verdict: Verdict) -> Iterator[str]:
    """Write the reports; yield why some could not be written."""
    if not run.options.reports:
        return
    document = report(verdict, "pytest")
    for form, path in run.options.reports.items():
        try:
            write_format(document, form, path, f"the {form} report", beside=run.options.beside)
        except UsageError as error:
            yield str(error)


def print_summary(reporter: pytest.TerminalReporter, run: TestRun) -> None:
    """Print the verdict and the complaints."""
    summary = run.summary
    assert summary is not None  # checked by the caller
    reporter.section("crm-mocks")
    if summary.verdict is not None and summary.is_passed_on:
        _print_in_outer_run(reporter, summary.verdict)
    elif summary.verdict is not None:
        reporter.write(_text(summary.verdict, colour=reporter.hasmarkup, width=get_terminal_size().columns))
    if summary.silent:
        reporter.write_line("Tests that took a fixture and sent nothing:")
        for test in summary.silent[:_MAX_SILENT]:
            reporter.write_line(f"  {one_line(test)}")
        if len(summary.silent) > _MAX_SILENT:
            reporter.write_line(f"  and {len(summary.silent) - _MAX_SILENT} more")
    for form, path in run.options.reports.items():
        if path.is_file():
            reporter.write_line(f"{form} report: {path}")
    for complaint in summary.complaints:
        reporter.write_line(f"crm-mocks: {one_line(complaint)}", red=True)


def _print_in_outer_run(reporter: pytest.TerminalReporter, verdict: Verdict) -> None:
    """Print only what the verdict of the `crm-mocks run` around this process does not have."""
    reporter.write_line(f"Contract {verdict.word}: the verdict of crm-mocks run includes that of the fixtures")
    for complaint in verdict.complaints:
        reporter.write_line(one_line(complaint), red=True)


def _text(verdict: Verdict, *, colour: bool, width: int) -> str:
    from crm_contracts.report.terminal import render as render_text

    return render_text(report(verdict, "pytest"), colour=colour, width=width)
