"""`crm-mocks coverage`: merge the verdicts of several runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.judging import check_judging, mark_known, report_verdict, verdict_options
from crm_contracts.commands.options import FILE
from crm_contracts.report.output import print_report, report_files, run_all, write_report
from crm_mocks.cli.choice import Choice
from crm_mocks.cli.progress import progress
from crm_mocks.cli.streams import complain
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.judge.history import HistoryRun
    from crm_contracts.judge.verdict import Verdict
    from crm_mocks.contract import Contract


@click.command("coverage")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@click.option(
    "--history",
    is_flag=True,
    help="Show coverage over time instead: FILE is the report of one run, or a folder of reports.",
)
@click.option(
    "--format",
    "form",
    type=Choice(["text", "github"]),
    default="text",
    show_default=True,
    help="What is printed: github for annotations of GitHub Actions.",
)
@verdict_options
def command(files: tuple[Path, ...], *, history: bool, **options: Any) -> int:
    """Merge the --json reports of several runs, workers or commands, and print the overall verdict.

    FILE may also be a --journal, such as that of a run that was killed.

    With --history, the reports are not merged, but put in the order of their dates.

    The exit code is 1 if coverage is below --fail-under. Broken contracts are shown but do not affect the exit code:
    the runs themselves have failed.
    """
    if history:
        return _history(files, options)
    with progress("coverage") as shown:
        verdict = _merged(shown.each(files, "reports", len(files)), options)
    fail_under = options["fail_under"]
    is_under = fail_under is not None and verdict.coverage.is_under(fail_under)
    return run_all([partial(report_verdict, verdict, options, "coverage")], int(is_under))


def _history(files: tuple[Path, ...], options: dict[str, Any]) -> int:
    """Report coverage over time; return the exit code.

    Raises:
        UsageError: a file that the user named is no report; the others have been reported.
    """
    from crm_contracts.judge.history import files_in, history_of, read_run
    from crm_contracts.judge.reports.history_report import report
    from crm_contracts.judge.sessions.denominator import with_denominator

    if options["write_baseline"] is not None:
        raise UsageError("--history and --write-baseline exclude each other: a baseline is about one run")
    check_judging(options)
    paths, contracts = files_in(files), _contracts(options)
    runs: list[HistoryRun] = []
    unread: list[str] = []
    refused: list[str] = []
    with progress("coverage --history") as shown:
        for path, is_named in shown.each(paths, "reports", len(paths)):
            try:
                run = read_run(path)
            except UsageError as error:
                (refused if is_named else unread).append(str(error))
            else:
                verdict = mark_known(run.verdict, options)
                runs.append(replace(run, verdict=with_denominator(verdict, contracts) if contracts else verdict))
    if not runs:
        raise UsageError("; ".join((*refused, *unread)))
    document = report(history_of(runs, (*unread, *refused)), options["fail_under"])
    steps = [
        partial(write_report, document, report_files(options)),
        partial(print_report, document),
        partial(_refuse, refused),
    ]
    return run_all(steps, 0 if document.passed else 1)


def _refuse(messages: list[str]) -> None:
    if messages:
        raise UsageError("; ".join(messages))


def _contracts(options: dict[str, Any]) -> dict[str, Contract]:
    """Return the contracts of `--vendor`."""
    from crm_mocks.cli.vendors import default_contract, load_vendors

    named = options["vendors"]
    return {vendor.name: default_contract(vendor) for vendor in load_vendors(named)} if named else {}


def _verdict_in(path: Path) -> Verdict:
    """Return the verdict in a JSON report, or on the exchanges in a file that `--journal` wrote.

    Raises:
        UsageError: the file is neither.
    """
    from crm_contracts.judge.files import read_verdict
    from crm_contracts.recordings.journal.lines import is_journal_file

    if not is_journal_file(path):
        return read_verdict(path)
    from crm_contracts.recordings.journal.verdict import verdict_on_journal
    from crm_mocks.cli.vendors import load_vendors

    return verdict_on_journal(path, load_vendors(()), complain)


def _merged(files: Iterable[Path], options: dict[str, Any]) -> Verdict:
    """Return the merged verdict, with coverage of the given vendors, and with allowed and known findings marked."""
    from crm_contracts.judge import allow
    from crm_contracts.judge.merge import merge
    from crm_contracts.judge.sessions.denominator import with_denominator
    from crm_mocks.cli.vendors import default_contract, load_vendors

    contracts = _contracts(options)
    verdict = mark_known(merge(map(_verdict_in, files)), options)
    unused = {entry.name for entry in verdict.allowed if not entry.count}.intersection(options["allow"])
    if unused:  # used entries are valid, whatever the settings of the runs were
        allow.check_names(sorted(unused), map(default_contract, load_vendors(())))
    return with_denominator(verdict, contracts) if contracts else verdict
