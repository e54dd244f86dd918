"""`crm-mocks coverage`: one verdict on several runs or workers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.judging import conclude, settled, verdict_options
from crm_contracts.commands.options import FILE

if TYPE_CHECKING:
    from crm_contracts.judge.verdict import Verdict


@click.command("coverage")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@verdict_options
def command(files: tuple[Path, ...], **options: Any) -> int:
    """Merge the verdicts of several runs, workers or commands, as --json wrote them, and print the whole.

    The exit code is 1 if coverage is under --fail-under. That the contract was broken is shown, and does not count:
    the runs themselves have failed for it.
    """
    verdict = _merged(files, options)
    conclude(verdict, options, "coverage")
    fail_under = options["fail_under"]
    return 1 if fail_under is not None and verdict.coverage.is_under(fail_under) else 0


def _merged(files: tuple[Path, ...], options: dict[str, Any]) -> Verdict:
    """Return one verdict, with coverage about the vendors asked for, and what is allowed or known marked."""
    from crm_contracts.judge import allow
    from crm_contracts.judge.denominator import with_denominator
    from crm_contracts.judge.files import read_verdict
    from crm_contracts.judge.merge import merge
    from crm_mocks.cli.vendors import default_contract, load_vendors

    wanted = (
        {vendor.name: default_contract(vendor) for vendor in load_vendors(options["vendors"])}
        if options["vendors"]
        else {}
    )
    verdict = settled(merge(map(read_verdict, files)), options)
    idle = {each.name for each in verdict.allowed if not each.count}.intersection(options["allow"])
    if idle:  # those that allowed something are right, whatever the settings of the runs were
        allow.check(sorted(idle), map(default_contract, load_vendors(())))
    return with_denominator(verdict, wanted) if wanted else verdict
