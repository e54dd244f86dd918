"""Options that the commands with a verdict share, and what they do with it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crm_contracts.verdict.model import Verdict
from crm_mocks.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

REPORTS: Final = {
    "junit": "Write the verdict as JUnit XML.",
    "html": "Write the verdict as an HTML page.",
    "json": "Write the verdict as JSON, for crm-mocks coverage.",
    "markdown": "Write the verdict as Markdown, for a comment.",
}


def report_options(command: Command) -> Command:
    """Add `--junit`, `--html`, `--json` and `--markdown`, as keywords `junit_file` and so on, and `--fail-under`."""
    for kind, about in reversed(REPORTS.items()):
        path = click.Path(path_type=Path, dir_okay=False)
        command = click.option(f"--{kind}", f"{kind}_file", type=path, metavar="FILE", help=about)(command)
    under = click.FloatRange(0, 100)
    about = "Fail if less than this percentage of outcomes is covered."
    return click.option("--fail-under", type=under, metavar="N", help=about)(command)


def report_files(options: Mapping[str, Any]) -> dict[str, Path]:
    """Return the files that reports are wanted in, by format, from the keywords that `report_options` gives."""
    return {kind: options[f"{kind}_file"] for kind in REPORTS if options[f"{kind}_file"] is not None}


def check_writable(files: Mapping[str, Path]) -> str:
    """Return why the first file that cannot be written cannot, in a sentence; empty if all can be.

    For commands that run for long: they can tell before, and still do their work.
    """
    return next(filter(None, (_obstacle(f"--{kind}", path) for kind, path in files.items())), "")


def _obstacle(option: str, path: Path) -> str:
    if path.is_dir():
        return f"{option} {path}: it is a folder"
    if not path.parent.is_dir():
        return f"{option} {path}: there is no folder {path.parent}"
    target = path if path.exists() else path.parent
    return "" if os.access(target, os.W_OK) else f"{option} {path}: it may not be written"


def tell(verdict: Verdict, files: Mapping[str, Path], fail_under: float | None) -> int:
    """Print the verdict, write the reports, and return the exit code.

    Args:
        verdict: what to tell.
        files: where reports are wanted, by format.
        fail_under: the percentage of outcomes under which coverage fails.

    Raises:
        UsageError: reports could not be written; the others have been.
    """
    from crm_contracts.reports.terminal import render

    on_terminal = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size().columns if on_terminal else 100
    click.echo(render(verdict, colour=on_terminal, width=min(width, 140)), nl=False, color=on_terminal)
    if fail_under is not None and verdict.coverage.is_under(fail_under):
        click.echo(f"Coverage is under the {fail_under:g} % of --fail-under.")
    write_reports(verdict, files)
    return verdict.exit_code(fail_under)


def write_reports(verdict: Verdict, files: Mapping[str, Path]) -> None:
    """Write reports, all that can be.

    Raises:
        UsageError: some could not be written.
    """
    from crm_contracts.reports import render
    from crm_contracts.verdict.files import write

    failed = []
    for kind, path in files.items():
        try:
            write(path, render(verdict, kind), f"the --{kind} report")
        except UsageError as error:
            failed.append(str(error))
    if failed:
        raise UsageError("; ".join(failed))
