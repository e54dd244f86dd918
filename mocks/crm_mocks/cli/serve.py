"""`crm-mocks serve`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from crm_mocks.server.options import PreparedServer, ServeOptions

_FILE = click.Path(path_type=Path)


@click.command("serve")
@click.argument("vendors", nargs=-1, metavar="[VENDOR]...")
@click.option("-H", "--host", default="127.0.0.1", show_default=True, help="Host name or address to bind.")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=4010,
    show_default=True,
    help="Port to bind; 0 for a free port.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all generated values.")
@click.option("--now", metavar="ISO8601", help="Freeze all clocks at this moment, such as 2026-01-31T12:00:00Z.")
@click.option(
    "--config", type=_FILE, metavar="FILE", help="Settings, YAML or JSON, with a section per vendor and 'host'."
)
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable.")
@click.option("--seed-file", type=_FILE, metavar="FILE", help="Starting records of each session, YAML or JSON.")
@click.option(
    "--replay",
    "replays",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="Responses queued in each new session, JSON or YAML: bodies of POST /__admin/responses; repeatable.",
)
@click.option("--tls", is_flag=True, help="Serve HTTPS with a generated certificate authority.")
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Serve HTTPS with this certificate chain (PEM).")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="Private key (PEM), unless it is in the same file.")
@click.option("--cors", is_flag=True, help="Allow cross-origin requests from browsers.")
@click.option(
    "--admin-token",
    envvar="CRM_MOCKS_ADMIN_TOKEN",
    show_envvar=True,
    metavar="TOKEN",
    help="Token that the control API requires. Generated if the host is not loopback.",
)
@click.option(
    "--ready-file",
    type=_FILE,
    metavar="FILE",
    help="Write URLs and credentials to this file as JSON once the mocks are ready.",
)
@click.option(
    "--log",
    type=click.Choice(["text", "json", "off"]),
    help="Log one line per request to stderr.  [default: text on a terminal, otherwise off]",
)
@click.option("--end-with", type=click.IntRange(1), hidden=True, help="Exit when the process with this id exits.")
def command(
    vendors: tuple[str, ...], ready_file: Path | None, log: str | None, end_with: int | None, **options: Any
) -> None:
    """Serve mocks of the named vendors, or of all.

    Prints `ready URL` once the mocks accept requests. Stop them with Ctrl-C or SIGTERM.
    """
    from crm_mocks.server.process import StopSignals, gc_paused, serve_until_stopped

    # Signals first, so that one that arrives during slow imports also stops the process cleanly.
    with StopSignals() as signals, gc_paused():
        from crm_mocks.server.ready_file import remove_ready_file, write_ready_file

        if ready_file is not None:
            remove_ready_file(ready_file)
        serve_options = _serve_options(vendors, **options)

        def on_ready(prepared: PreparedServer) -> None:
            from crm_mocks.cli.announce import announce

            if ready_file is not None:
                write_ready_file(ready_file, prepared.described())
            announce(prepared, log, seed=serve_options.seed)

        serve_until_stopped(serve_options, on_ready, signals, end_with)


def _serve_options(
    vendors: tuple[str, ...],
    *,
    config: Path | None,
    assignments: tuple[str, ...],
    seed_file: Path | None,
    replays: tuple[Path, ...],
    now: str | None,
    **rest: Any,
) -> ServeOptions:
    from crm_mocks.cli.inputs import load_records, load_replayed, load_settings
    from crm_mocks.server.options import ServeOptions
    from crm_mocks.state.clock import parse_moment

    return ServeOptions(
        vendors=vendors,
        now=parse_moment(now) if now is not None else None,
        settings=load_settings(config, assignments, vendors),
        records=load_records(seed_file, vendors),
        replay=load_replayed(replays),
        **rest,
    )
