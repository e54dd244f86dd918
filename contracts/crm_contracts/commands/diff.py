"""`crm-mocks diff`: list breaking and compatible changes between two versions of a contract."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.report.output import print_report, report_files, report_options, run_all, write_report
from crm_mocks.cli.choice import Choice
from crm_mocks.cli.completing import vendors_or_files
from crm_mocks.cli.progress import Progress, progress
from crm_mocks.errors import ContractError

if TYPE_CHECKING:
    from crm_contracts.diff.model import Diff


@click.command("diff")
@click.argument("old", shell_complete=vendors_or_files)
@click.argument("new", shell_complete=vendors_or_files)
@click.option(
    "--for",
    "audience",
    type=Choice(["clients", "providers"]),
    help="Fail only for changes that break these.  [default: both]",
)
@report_options
def command(old: str, new: str, **options: Any) -> int:
    """List the changes between two versions of a contract, and which of them break clients or providers.

    OLD and NEW are vendors, OpenAPI files, or URLs on this machine, optionally with the settings of a variant, such as
    VENDOR@release=R11.0.0. A change breaks clients if the new contract refuses requests of the old one, or allows
    responses that the old one does not; it breaks providers in the converse cases. The exit code is 1 if a change is
    breaking.
    """
    from crm_contracts.commands.diff_report import report

    with progress("diff: reading contracts") as shown:
        diff = _compare(old, new, options["audience"], shown)
    document = report(diff)
    steps = [partial(write_report, document, report_files(options)), partial(print_report, document)]
    return run_all(steps, diff.exit_code)


def _compare(old: str, new: str, audience: str | None, shown: Progress) -> Diff:
    from crm_contracts.commands.contract_sources import source_of
    from crm_contracts.diff import Audience, DocumentError, compare

    sources = source_of(old), source_of(new)
    shown.start("diff: comparing operations")
    audiences = (Audience(audience),) if audience else tuple(Audience)
    try:
        return compare(
            sources[0].document, sources[1].document, names=(old, new), audiences=audiences, progress=shown.show
        )
    except DocumentError as error:
        raise ContractError(str(error)) from None
