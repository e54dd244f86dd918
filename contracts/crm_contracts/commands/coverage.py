"""`crm-mocks coverage`: one verdict on several runs or workers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.options import FILE, debts_of, tell, verdict_options

if TYPE_CHECKING:
    from crm_contracts.verdict.model import Verdict


@click.command("coverage")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@verdict_options
def command(files: tuple[Path, ...], **options: Any) -> int:
    """Merge the verdicts of several runs or workers, as --json wrote them, and print the whole.

    The exit code is 1 if coverage is under --fail-under. That the contract was broken is shown, and does not count:
    the runs themselves have failed for it.
    """
    verdict = _merged(files, options)
    tell(verdict, options)
    fail_under = options["fail_under"]
    return 1 if fail_under is not None and verdict.coverage.is_under(fail_under) else 0


def _merged(files: tuple[Path, ...], options: dict[str, Any]) -> Verdict:
    """Return the one verdict, with coverage about the vendors asked for, and what is allowed or known marked."""
    from crm_contracts.verdict import allow, baseline
    from crm_contracts.verdict.denominator import about
    from crm_contracts.verdict.files import read_verdict
    from crm_contracts.verdict.merge import merge
    from crm_mocks.cli.vendors import default_contract, load_vendors

    debts = debts_of(options)
    wanted = (
        {vendor.name: default_contract(vendor) for vendor in load_vendors(options["vendors"])}
        if options["vendors"]
        else {}
    )
    verdict = allow.apply(merge(map(read_verdict, files)), options["allow"])
    idle = {each.name for each in verdict.allowed if not each.count}.intersection(options["allow"])
    if idle:  # others are right: they have found their mistakes, under whatever settings the runs had
        allow.check(sorted(idle), map(default_contract, load_vendors(())))
    if wanted:
        verdict = about(verdict, wanted)
    return baseline.apply(verdict, debts) if debts else verdict
