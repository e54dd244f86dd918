"""The end of a run: the verdict, its reports, and what pytest's exit code owes to them."""

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
    """How a run has ended.

    Attributes:
        verdict: `None` if there is none to be had.
        complaints: lines that say why the run fails beside its tests.
    """

    verdict: Verdict | None = None
    complaints: list[str] = field(default_factory=list)


def finish(session: pytest.Session, run: TestRun) -> None:
    """Give the verdict on the run, and write its reports; a run that has passed may fail for them."""
    run.ending = ending = RunSummary()
    try:
        ending.verdict = run.verdict()
    except (CrmMocksError, Malformed, OSError) as error:
        ending.complaints.append(f"there is no verdict: {error}")
    if ending.verdict is not None:
        ending.complaints += _complaints(run, ending.verdict)
    if ending.complaints and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _complaints(run: TestRun, verdict: Verdict) -> list[str]:
    complaints = ["the contract was broken"] if verdict.failing else []
    too_little = shortfall(verdict, run.options.fail_under)
    if too_little:
        complaints.append(too_little)
        verdict = replace(verdict, complaints=(*verdict.complaints, too_little))
    found = report(verdict, "pytest")
    for form, path in run.options.reports.items():
        try:
            write(path, render(found, form), f"the {form} report")
        except UsageError as error:
            complaints.append(str(error))
    return complaints


def show(reporter: pytest.TerminalReporter, run: TestRun) -> None:
    """Print how the run has ended."""
    ending = run.ending
    assert ending is not None  # the caller has looked
    reporter.section("crm-mocks")
    if ending.verdict is not None:
        reporter.write(_text(ending.verdict, colour=reporter.hasmarkup, width=get_terminal_size().columns))
    for form, path in run.options.reports.items():
        if path.is_file():
            reporter.write_line(f"{form} report: {path}")
    for complaint in ending.complaints:
        reporter.write_line(f"crm-mocks: {complaint}", red=True)


def _text(verdict: Verdict, *, colour: bool, width: int) -> str:
    from crm_contracts.report.terminal import render as as_text

    return as_text(report(verdict, "pytest"), colour=colour, width=width)
