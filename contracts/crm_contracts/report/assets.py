"""Option for pages whose style and script are in files beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from crm_mocks.cli.choice import Choice

Command = TypeVar("Command", bound=Callable[..., Any])

_META: Final = "crm_contracts.report_assets"
BESIDE: Final = "beside"


def assets_option(command: Command) -> Command:
    """Add `--report-assets`, which `are_beside` reads."""
    return click.option(
        "--report-assets",
        type=Choice(["inline", BESIDE]),
        default="inline",
        show_default=True,
        expose_value=False,
        callback=_remember,
        help="Where --html puts style and script: beside is for servers whose Content-Security-Policy refuses inline.",
    )(command)


def are_beside() -> bool:
    """Return whether the running command was asked for files beside the page."""
    context = click.get_current_context(silent=True)
    return context is not None and context.meta.get(_META) == BESIDE


def _remember(context: click.Context, _: click.Parameter, value: str) -> None:
    context.meta[_META] = value
