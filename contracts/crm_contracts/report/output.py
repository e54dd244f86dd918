"""Print the report of a command and write report files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crm_contracts.report.assets import are_beside, assets_option
from crm_contracts.report.formats import FORMATS
from crm_mocks.cli.expected_files import expect_file
from crm_mocks.cli.streams import complain
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.report.document import Report

Command = TypeVar("Command", bound=Callable[..., Any])

_MAX_WIDTH: Final = 140


def report_options(command: Command) -> Command:
    """Add `--report-assets` and an option for each format, such as `--junit FILE` with the keyword `junit_file`."""
    for name, form in reversed(FORMATS.items()):
        path = click.Path(path_type=Path, dir_okay=False)
        help_text = f"Write the report as {form.label}."
        command = click.option(
            f"--{name}", f"{name}_file", type=path, metavar="FILE", help=help_text, callback=expected
        )(command)
    return assets_option(command)


def expected(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """Remember a file that the command is to write; a callback of options."""
    if path is not None:
        expect_file(path)
    return path


def report_files(options: Mapping[str, Any]) -> dict[str, Path]:
    """Return the report files by format, from the keywords of `report_options`."""
    return {name: path for name in FORMATS if (path := options.get(f"{name}_file")) is not None}


def print_report(report: Report) -> None:
    """Print a report, in colour on a terminal unless NO_COLOR is set."""
    from crm_contracts.report.terminal import WIDTH, render

    on_terminal = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size().columns if on_terminal else WIDTH
    click.echo(render(report, colour=on_terminal, width=min(width, _MAX_WIDTH)), nl=False, color=on_terminal)


def write_report(report: Report, files: Mapping[str, Path]) -> None:
    """Write a report in several formats; a failure does not prevent the others from being written.

    Args:
        report: the report.
        files: files by format.

    Raises:
        UsageError: files could not be written.
    """
    from crm_contracts.report.files import write_format

    write = partial(write_format, report, beside=are_beside())
    run_all([partial(write, name, path, f"the --{name} report") for name, path in files.items()])


def run_all(steps: Iterable[Callable[[], None]], exit_code: int | Callable[[], int] = 0) -> int:
    """Run all steps, even after a failure; return the exit code.

    Args:
        steps: the steps, such as writing a report.
        exit_code: exit code if no step fails, or a function called after the steps. If it is not 0 it stands even if
            steps fail, which is then printed: a broken contract matters more than a report that cannot be written.

    Raises:
        UsageError: steps failed and `exit_code` is 0 or 2; the message joins theirs.
    """
    failures = []
    for step in steps:
        try:
            step()
        except UsageError as error:
            failures.append(str(error))
    code = exit_code() if callable(exit_code) else exit_code
    if failures and code in (0, 2):
        raise UsageError("; ".join(failures))
    if failures:
        complain("; ".join(failures))
    return code
