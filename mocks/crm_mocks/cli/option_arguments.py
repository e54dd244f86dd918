"""Options without the argument that they take: click takes the next word, even if that is an option or `--`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

_END_OF_OPTIONS: Final = "--"


def check_arguments(ctx: click.Context) -> None:
    """Check that the argument of no option is another option, or the `--` before a command.

    Raises:
        click.UsageError: one is, as in `run --html -- pytest`, which would write a file of that name.
    """
    words = {_END_OF_OPTIONS, *(name for parameter in ctx.command.params for name in parameter.opts)}
    for parameter in ctx.command.params:
        if not isinstance(parameter, click.Option):
            continue
        value = ctx.params.get(parameter.name or "")
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, str | Path) and str(each) in words:
                raise click.UsageError(f"Option '{parameter.opts[0]}' requires an argument before '{each}'.", ctx)
