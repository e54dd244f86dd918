"""Options shared by commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crm_contracts.shard import WHOLE, Shard
from crm_mocks.cli.serving_options import serving_keywords
from crm_mocks.cli.serving_options import serving_options as add_serving_options

Command = TypeVar("Command", bound=Callable[..., Any])

FILE: Final = click.Path(path_type=Path)
"""Type of file options; existence is checked on reading."""


def shard_option(command: Command) -> Command:
    """Add `--shard`, with the keyword `shard`: a `Shard`, by default the whole."""
    return click.option(
        "--shard",
        metavar="I/N",
        default=None,
        callback=lambda _context, _parameter, value: WHOLE if value is None else Shard.parse(value),
        help="Only part I of N; run the others elsewhere, and merge with crm-mocks coverage.",
    )(command)


def serving_options(command: Command) -> Command:
    """Add the options of commands that serve mocks to a client program; `served_keywords` reads all except `trust`."""
    trust = click.option(
        "--trust", is_flag=True, help="With --tls, make OpenSSL, requests, curl and Node.js trust the authority."
    )
    return add_serving_options("port", "seed", "now", "settings", "records", "tls", "journal", port=0)(trust(command))


def served_keywords(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of `crm_mocks.serve` for parsed options. All vendors are served, whatever `--vendor` selects.

    Raises:
        UsageError: a file or a setting is invalid.
    """
    return serving_keywords({name: value for name, value in options.items() if name != "vendors"})
