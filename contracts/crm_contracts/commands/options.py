"""Options that commands share: how mocks are served to a client program, and how it is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

FILE: Final = click.Path(path_type=Path)
"""Type of options that name a file; whether it exists is checked when it is read."""

_SERVING: Final = (
    click.option("-p", "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: a free port."),
    click.option("--seed", type=int, default=0, show_default=True, help="Seed of all generated values."),
    click.option("--now", metavar="ISO8601", help="Stop all clocks at this moment, such as 2026-01-31T12:00:00Z."),
    click.option(
        "--config", type=FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor and 'host'."
    ),
    click.option(
        "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable."
    ),
    click.option("--seed-file", type=FILE, metavar="FILE", help="Records that each session starts with, YAML or JSON."),
    click.option("--tls", is_flag=True, help="Serve HTTPS; CRM_MOCKS_CA_FILE names the authority to trust."),
    click.option("--trust", is_flag=True, help="With --tls, have OpenSSL, requests, curl and Node.js trust it."),
)


def serving_options(command: Command) -> Command:
    """Add what all commands take that serve mocks to a client program: `serving_of` reads them, but for `trust`."""
    return _with(_SERVING, command)


def _with(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def serving_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of `crm_mocks.serve` that the options of `serving_options` ask for.

    Raises:
        UsageError: a file or a setting is wrong.
    """
    from crm_mocks.cli.inputs import records_of, settings_of

    return {
        **{name: options[name] for name in ("port", "seed", "now", "tls")},
        "settings": settings_of(options["config"], options["assignments"], ()),
        "records": records_of(options["seed_file"], ()),
    }
