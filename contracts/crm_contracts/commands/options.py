"""Options that commands share: how mocks are served to a client program, and how it is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crm_mocks.cli.serving_options import serving_keywords
from crm_mocks.cli.serving_options import serving_options as add_serving_options

Command = TypeVar("Command", bound=Callable[..., Any])

FILE: Final = click.Path(path_type=Path)
"""Type of options that name a file; whether it exists is checked when it is read."""


def serving_options(command: Command) -> Command:
    """Add the options of all commands that serve mocks to a program: `served_keywords` reads all but `trust`."""
    trust = click.option("--trust", is_flag=True, help="With --tls, have OpenSSL, requests, curl and Node.js trust it.")
    return add_serving_options("port", "seed", "now", "settings", "records", "tls", port=0)(trust(command))


def served_keywords(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of `crm_mocks.serve` for parsed options; `--vendor` of these commands does not limit them.

    Raises:
        UsageError: a file or a setting is wrong.
    """
    return serving_keywords({name: value for name, value in options.items() if name != "vendors"})
