"""What all commands do with their report: print it, and write the files that `--junit`, `--html` and so on name."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crm_contracts.report.formats import FORMATS
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.report.document import Report

Command = TypeVar("Command", bound=Callable[..., Any])

_WIDEST: Final = 140


def report_options(command: Command) -> Command:
    """Add an option for each format of reports, such as `--junit FILE`; the keywords are `junit_file` and so on."""
    for name, each in reversed(FORMATS.items()):
        path = click.Path(path_type=Path, dir_okay=False)
        about = f"Write the report as {each.label}."
        command = click.option(f"--{name}", f"{name}_file", type=path, metavar="FILE", help=about)(command)
    return command


def report_files(options: Mapping[str, Any]) -> dict[str, Path]:
    """Return the files for reports by format, from the keywords of `report_options`."""
    return {name: path for name in FORMATS if (path := options.get(f"{name}_file")) is not None}


def print_report(report: Report) -> None:
    """Print a report, in colour on a terminal unless NO_COLOR is set."""
    from crm_contracts.report.terminal import WIDTH, render

    on_terminal = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size().columns if on_terminal else WIDTH
    click.echo(render(report, colour=on_terminal, width=min(width, _WIDEST)), nl=False, color=on_terminal)


def write_report(report: Report, files: Mapping[str, Path]) -> None:
    """Write a report in several formats, as many as can be written.

    Args:
        report: what to write.
        files: by format.

    Raises:
        UsageError: some could not be written.
    """
    from crm_contracts.report.files import write
    from crm_contracts.report.formats import render

    attempt([partial(write, path, render(report, name), f"the --{name} report") for name, path in files.items()])


def attempt(steps: Iterable[Callable[[], None]]) -> None:
    """Take all steps, also those after one that fails.

    Raises:
        UsageError: some failed; the message joins theirs.
    """
    failed = []
    for step in steps:
        try:
            step()
        except UsageError as error:
            failed.append(str(error))
    if failed:
        raise UsageError("; ".join(failed))
