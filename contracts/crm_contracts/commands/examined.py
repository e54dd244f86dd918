"""What the commands with an examination share: their reports."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from crm_contracts.commands.options import attempt, report_files

if TYPE_CHECKING:
    from crm_contracts.examination.model import Examination

REPORTS: Final = {
    "junit": "Write the examination as JUnit XML.",
    "html": "Write the examination as an HTML page.",
    "json": "Write the examination as JSON.",
    "markdown": "Write the examination as Markdown, for a comment.",
}
"""For `options.report_options`."""


def tell(examination: Examination, options: Mapping[str, Any]) -> None:
    """Print an examination, and write the reports that are wanted.

    Args:
        examination: what to tell.
        options: keywords that `report_options` gives.

    Raises:
        UsageError: files could not be written; the others have been.
    """
    from crm_contracts.examination.reports import render
    from crm_contracts.examination.reports.terminal import render as as_text
    from crm_contracts.verdict.files import write

    on_terminal = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size().columns if on_terminal else 100
    click.echo(as_text(examination, colour=on_terminal, width=min(width, 140)), nl=False, color=on_terminal)
    files = report_files(options)
    attempt([partial(write, path, render(examination, kind), f"the --{kind} report") for kind, path in files.items()])
