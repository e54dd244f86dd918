"""How `--help` is laid out, and the context of all commands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import click

from crm_mocks.cli.option_arguments import check_arguments
from crm_mocks.cli.written_files import check_files

_HYPHEN: Final = re.compile(r"(?<=[\w-])-(?=\w)")
_KEPT_HYPHEN: Final = "\ue000"
"""Stands for a hyphen in a word while lines are broken: names of commands and options must not be torn apart."""


class HelpFormatter(click.HelpFormatter):
    """Breaks lines between words only."""

    def write(self, string: str) -> None:
        """Write text, with its hyphens again."""
        super().write(string.replace(_KEPT_HYPHEN, "-"))

    def write_text(self, text: str) -> None:
        """Write a paragraph."""
        super().write_text(_HYPHEN.sub(_KEPT_HYPHEN, text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of options or commands."""
        super().write_dl([(term, _HYPHEN.sub(_KEPT_HYPHEN, text)) for term, text in rows], col_max, col_spacing)


class Context(click.Context):
    """The context of a command."""

    formatter_class = HelpFormatter

    def invoke(self, callback: Any, /, *args: Any, **values: Any) -> Any:
        """Call the command, unless an option lacks its argument, or the content of a file would be lost."""
        check_arguments(self)
        check_files(self.command, self.params)
        return super().invoke(callback, *args, **values)
