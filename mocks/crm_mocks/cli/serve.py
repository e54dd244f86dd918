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
@click.option("-H", "--host", default="127.0.0.1", show_default=True, help="Name or address to listen at.")
@click.option("-p", "--port", type=click.IntRange(0, 65535), default=4010, show_default=True, help="0: a free port.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all generated values.")
@click.option("--now", metavar="ISO8601", help="Stop all clocks at this moment, such as 2026-01-31T12:00:00Z.")
@click.option("--config", type=_FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor and 'host'.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable.")
@click.option("--seed-file", type=_FILE, metavar="FILE", help="Records that each session starts with, YAML or JSON.")
@click.option(
    "--replay",
    "replays",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="Answers that each session begins with, JSON or YAML: bodies of POST /__admin/responses; repeatable.",
)
@click.option("--tls", is_flag=True, help="Serve HTTPS with a certificate authority made on the spot.")
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Serve HTTPS with this certificate chain (PEM).")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="Its key (PEM), if not in the same file.")
@click.option("--cors", is_flag=True, help="Answer browsers' cross-origin requests.")
@click.option(
    "--admin-token",
    envvar="CRM_MOCKS_ADMIN_TOKEN",
    show_envvar=True,
    metavar="TOKEN",
    help="What the control API asks for. Generated on a host that is not loopback.",
)
@click.option("--ready-file", type=_FILE, metavar="FILE", help="Write where the mocks are, as JSON, once they answer.")
@click.option(
    "--log",
    type=click.Choice(["text", "json", "off"]),
    help="One line per request on stderr.  [default: text on a terminal, else off]",
)
@click.option("--end-with", type=click.IntRange(1), hidden=True, help="End when this process has ended.")
def command(
    vendors: tuple[str, ...], ready_file: Path | None, log: str | None, end_with: int | None, **options: Any
) -> None:
    """Serve mocks of the named vendors, or of all.

    Prints `ready URL` once requests are answered; Ctrl-C or SIGTERM stops it.
    """
    from crm_mocks.server.process import StopSignals, quick_start, serve_until_stopped

    # The signals first: one that comes while everything is being loaded is no error either.
    with StopSignals() as signals, quick_start():
        from crm_mocks.server.ready_file import remove_ready_file, write_ready_file

        if ready_file is not None:
            remove_ready_file(ready_file)
        plan = _plan(vendors, **options)

        def tell(prepared: PreparedServer) -> None:
            from crm_mocks.cli.announce import announce

            if ready_file is not None:
                write_ready_file(ready_file, prepared.described())
            announce(prepared, log, seed=plan.seed)

        serve_until_stopped(plan, tell, signals, end_with)


def _plan(
    vendors: tuple[str, ...],
    *,
    config: Path | None,
    assignments: tuple[str, ...],
    seed_file: Path | None,
    replays: tuple[Path, ...],
    now: str | None,
    **rest: Any,
) -> ServeOptions:
    from crm_mocks.cli.inputs import records_of, replayed_of, settings_of
    from crm_mocks.server.options import ServeOptions
    from crm_mocks.state.clock import parse_moment

    return ServeOptions(
        vendors=vendors,
        now=parse_moment(now) if now is not None else None,
        settings=settings_of(config, assignments, vendors),
        records=records_of(seed_file, vendors),
        replay=replayed_of(replays),
        **rest,
    )
