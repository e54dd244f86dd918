"""`crm-mocks diff`: breaking and compatible changes between two versions of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from crm_contracts.report.output import print_report, report_files, report_options, write_report
from crm_mocks.errors import ContractError

if TYPE_CHECKING:
    from crm_contracts.diff.model import Diff


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--for",
    "audience",
    type=click.Choice(["clients", "providers"]),
    help="Fail only for what breaks something for these.  [default: both]",
)
@report_options
def command(old: str, new: str, **options: Any) -> int:
    """Tell what changed between two versions of a contract, and for whom it breaks something.

    OLD and NEW are vendors, OpenAPI files, or URLs on this machine, with settings behind them where a variant is
    meant, as in VENDOR@release=R11.0.0. A change is breaking for clients where a client that keeps the old contract
    is refused, or gets what it never got; for providers likewise. The exit code is 1 if a change is breaking.
    """
    from crm_contracts.commands.diff_report import report

    diff = _compared(old, new, options["audience"])
    found = report(diff)
    print_report(found)
    write_report(found, report_files(options))
    return diff.exit_code


def _compared(old: str, new: str, audience: str | None) -> Diff:
    from crm_contracts.commands.contract_sources import source_of
    from crm_contracts.diff import Audience, DocumentError, compare

    sources = source_of(old), source_of(new)
    audiences = (Audience(audience),) if audience else tuple(Audience)
    try:
        return compare(sources[0].document, sources[1].document, names=(old, new), audiences=audiences)
    except DocumentError as error:
        raise ContractError(str(error)) from None
