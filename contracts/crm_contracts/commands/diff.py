"""`crm-mocks diff`: breaking and compatible changes between two versions of a contract."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.options import REPORTS, report_files, report_options, write_reports
from crm_mocks.errors import ContractError

if TYPE_CHECKING:
    from crm_contracts.diff.model import Diff

_REPORTS = {kind: f"Write the changes as {kind}." for kind in REPORTS}


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--for",
    "audience",
    type=click.Choice(["clients", "providers"]),
    help="Fail only for what breaks something for these.  [default: both]",
)
@report_options(_REPORTS)
def command(old: str, new: str, **options: Any) -> int:
    """Tell what changed between two versions of a contract, and for whom it breaks something.

    OLD and NEW are vendors, OpenAPI files, or URLs on this machine, with settings behind them where a variant is
    meant, as in VENDOR@release=R11.0.0. A change is breaking for clients where a client that keeps the old contract
    is refused, or gets what it never got; for providers likewise. The exit code is 1 if a change is breaking.
    """
    from crm_contracts.diff.reports.terminal import render

    diff = _compared(old, new, options["audience"])
    on_terminal = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(render(diff, colour=on_terminal), nl=False, color=on_terminal)
    _write(diff, options)
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


def _write(diff: Diff, options: dict[str, Any]) -> None:
    """Write all reports that can be.

    Raises:
        UsageError: some could not be written.
    """
    from crm_contracts.diff.reports import render

    write_reports(partial(render, diff), report_files(options))
