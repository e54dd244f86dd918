"""`crm-mocks state`: work on the state that processes share."""

from __future__ import annotations

from typing import Any

import click


@click.group("state")
def command() -> None:
    """Work on the state that processes share with `serve --state`."""


@command.command("purge")
@click.option(
    "--state",
    "url",
    required=True,
    envvar="CRM_MOCKS_STATE",
    show_envvar=True,
    metavar="URL",
    help="Valkey or Redis that holds the state, such as redis://host:6379/0.",
)
@click.option("--prefix", metavar="TEXT", help="Prefix of the keys.  [default: the setting state.prefix]")
def purge(url: str, prefix: str | None) -> None:
    """Remove all sessions and the stamp. The stamp says which mocks may use the state."""
    from crm_mocks.settings import changed
    from crm_mocks.settings.state import STATE, StateSettings
    from crm_mocks.state.shared.opening import purge_state
    from crm_mocks.state.shared.url import StateUrl

    chosen: dict[str, Any] = {} if prefix is None else {f"{STATE}.prefix": prefix}
    settings = changed({STATE: StateSettings()}, chosen, starting=True)[STATE]
    assert isinstance(settings, StateSettings)  # the only section
    count = purge_state(StateUrl.parse(url), settings)
    click.echo(f"removed {count} keys")
