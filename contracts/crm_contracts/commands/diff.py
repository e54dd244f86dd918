"""`crm-mocks diff`: list breaking and compatible changes between two versions of a contract."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.report.output import print_report, report_files, report_options, run_all, write_report
from crm_mocks.cli.choice import Choice
from crm_mocks.cli.progress import Progress, progress
from crm_mocks.cli.streams import complain
from crm_mocks.cli.value_completion import vendors_or_files
from crm_mocks.errors import ContractError, UsageError

if TYPE_CHECKING:
    from crm_contracts.diff.model import Diff


@click.command("diff")
@click.argument(
    "contracts",
    nargs=-1,
    required=True,
    metavar="OLD NEW | --since REVISION FILE...",
    shell_complete=vendors_or_files,
)
@click.option(
    "--since", metavar="REVISION", help="Compare each FILE with itself in this revision of git, such as HEAD."
)
@click.option(
    "--for",
    "audience",
    type=Choice(["clients", "providers"]),
    help="Fail only for changes that break these.  [default: both]",
)
@report_options
def command(contracts: tuple[str, ...], since: str | None, **options: Any) -> int:
    """List the changes between two versions of a contract, and which of them break clients or providers.

    OLD and NEW are vendors, OpenAPI files, or URLs on this machine, optionally with the settings of a variant, such as
    VENDOR@release=R11.0.0. A change breaks clients if the new contract refuses requests of the old one, or allows
    responses that the old one does not; it breaks providers in the converse cases. The exit code is 1 if a change is
    breaking.
    """
    if since is not None:
        return _since(since, contracts, options)
    if len(contracts) != 2:
        raise UsageError("diff takes two contracts, OLD and NEW, or --since REVISION and files")
    old, new = contracts
    return _report((old, new), (old, new), options)


def _since(revision: str, files: tuple[str, ...], options: dict[str, Any]) -> int:
    """Compare files with a revision; return the highest exit code."""
    from crm_contracts.commands.git_revision import documents_of

    if len(files) > 1 and report_files(options):
        raise UsageError("with --since, a report file is about one FILE")
    code = 0
    with documents_of(revision) as before:
        for file in files:
            old = before(file)
            if old.exists():
                code = max(code, _report((str(old), file), (f"{revision}:{file}", file), options))
            elif os.path.isfile(file):  # noqa: PTH113  # `Path` raises errors
                complain(f"{file}: not in {revision}")
            else:
                raise UsageError(f"--since: there is no file '{file}'")
    return code


def _report(contracts: tuple[str, str], names: tuple[str, str], options: dict[str, Any]) -> int:
    from crm_contracts.commands.diff_report import report

    with progress("diff: reading contracts") as shown:
        diff = _compare(contracts, names, options["audience"], shown)
    document = report(diff)
    steps = [partial(write_report, document, report_files(options)), partial(print_report, document)]
    return run_all(steps, diff.exit_code)


def _compare(contracts: tuple[str, str], names: tuple[str, str], audience: str | None, shown: Progress) -> Diff:
    from crm_contracts.commands.contract_sources import source_of
    from crm_contracts.diff import Audience, DocumentError, compare

    old, new = map(source_of, contracts)
    shown.start("diff: comparing operations")
    audiences = (Audience(audience),) if audience else tuple(Audience)
    try:
        return compare(old.document, new.document, names=names, audiences=audiences, progress=shown.show)
    except DocumentError as error:
        raise ContractError(str(error)) from None
