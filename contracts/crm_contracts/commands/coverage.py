"""`crm-mocks coverage`: one verdict on several runs or workers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from crm_contracts.commands.options import report_files, report_options, tell


@click.command("coverage")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@report_options
def command(files: tuple[Path, ...], fail_under: float | None, **options: Any) -> int:
    """Merge the verdicts of several runs or workers, as --json wrote them, and print the whole.

    The exit code is 1 if coverage is under --fail-under. That the contract was broken is shown, and does not count:
    the runs themselves have failed for it.
    """
    from crm_contracts.verdict.files import read_verdict
    from crm_contracts.verdict.merge import merge

    verdict = merge(map(read_verdict, files))
    tell(verdict, report_files(options), fail_under)
    return 1 if fail_under is not None and verdict.coverage.is_under(fail_under) else 0
