"""`crm-mocks coverage`: merge the verdicts of several runs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.judging import mark_known, report_verdict, verdict_options
from crm_contracts.commands.options import FILE
from crm_contracts.report.output import run_all
from crm_mocks.cli.progress import progress

if TYPE_CHECKING:
    from crm_contracts.judge.verdict import Verdict


@click.command("coverage")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@verdict_options
def command(files: tuple[Path, ...], **options: Any) -> int:
    """Merge the --json reports of several runs, workers or commands, and print the overall verdict.

    The exit code is 1 if coverage is below --fail-under. Broken contracts are shown but do not affect the exit code:
    the runs themselves have failed.
    """
    with progress("coverage") as shown:
        verdict = _merged(shown.each(files, "reports", len(files)), options)
    fail_under = options["fail_under"]
    is_under = fail_under is not None and verdict.coverage.is_under(fail_under)
    return run_all([partial(report_verdict, verdict, options, "coverage")], int(is_under))


def _merged(files: Iterable[Path], options: dict[str, Any]) -> Verdict:
    """Return the merged verdict, with coverage of the given vendors, and with allowed and known findings marked."""
    from crm_contracts.judge import allow
    from crm_contracts.judge.denominator import with_denominator
    from crm_contracts.judge.files import read_verdict
    from crm_contracts.judge.merge import merge
    from crm_mocks.cli.vendors import default_contract, load_vendors

    contracts = (
        {vendor.name: default_contract(vendor) for vendor in load_vendors(options["vendors"])}
        if options["vendors"]
        else {}
    )
    verdict = mark_known(merge(map(read_verdict, files)), options)
    unused = {entry.name for entry in verdict.allowed if not entry.count}.intersection(options["allow"])
    if unused:  # used entries are valid, whatever the settings of the runs were
        allow.check(sorted(unused), map(default_contract, load_vendors(())))
    return with_denominator(verdict, contracts) if contracts else verdict
