"""`crm-mocks proxy`: between a client and a real provider, judging both."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.judging import check_judging, conclude, policy_of, provider_options, settled
from crm_contracts.commands.options import FILE
from crm_contracts.report.output import attempt

if TYPE_CHECKING:
    from crm_contracts.providers.proxy.proxy_server import PreparedProxy, ProxyOptions


@click.command("proxy")
@click.argument("vendor")
@click.option("--to", required=True, metavar="URL", help="The provider; the contract's paths are put behind it.")
@click.option("-H", "--host", default="127.0.0.1", show_default=True, help="Name or address to listen at.")
@click.option("-p", "--port", type=click.IntRange(0, 65535), default=4020, show_default=True, help="0: a free port.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 3600, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds in which each answer must be there, whole; then 504.",
)
@click.option("--cassette", type=FILE, metavar="FILE", help="Keep the exchanges, without credentials, as vcrpy does.")
@click.option("--ca-file", type=FILE, metavar="FILE", help="Authorities to trust in place of the usual ones, in PEM.")
@click.option("--tls", is_flag=True, help="Serve HTTPS with a certificate authority made on the spot.")
@click.option("--tls-cert", type=FILE, metavar="FILE", help="Serve HTTPS with this certificate chain (PEM).")
@click.option("--tls-key", type=FILE, metavar="FILE", help="Its key (PEM), if not in the same file.")
@click.option("--config", type=FILE, metavar="FILE", help="Settings, as of crm-mocks serve.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable.")
@click.option("--ready-file", type=FILE, metavar="FILE", help="Write where the proxy is, as JSON, once it answers.")
@provider_options
def command(ready_file: Path | None, **options: Any) -> int:
    """Stand between clients and VENDOR's real CRM, and hold both to the contract.

    Prints `ready URL` once requests are answered, and a line on stderr for each finding. Ctrl-C or SIGTERM ends it and
    prints the verdict; the exit code is 1 if client or provider broke the contract.
    """
    from crm_mocks.server.process import StopSignals, gc_paused

    check_judging(options)
    # The signals first: one that comes while everything is being loaded is no error either.
    with StopSignals() as signals, gc_paused():
        from crm_contracts.providers.proxy.proxy_server import prepare
        from crm_mocks.server.process import raise_open_file_limit, run_until_stopped
        from crm_mocks.server.ready_file import remove_ready_file

        if ready_file is not None:
            remove_ready_file(ready_file)
        raise_open_file_limit()
        prepared = prepare(_asked(options), _tell_line)
        try:
            run_until_stopped(prepared.server, partial(_announce, prepared, ready_file), signals)
        finally:
            prepared.close()
    return _end(prepared, options)


def _asked(options: dict[str, Any]) -> ProxyOptions:
    from crm_contracts.providers.proxy.proxy_server import ProxyOptions
    from crm_mocks.cli.inputs import load_settings

    vendor = options["vendor"]
    return ProxyOptions(
        seconds=options["timeout"],
        settings=load_settings(options["config"], options["assignments"], (vendor,)),
        policy=policy_of(options),
        **{name: options[name] for name in ("vendor", "to", "host", "port", "cassette", "ca_file")},
        **{name: options[name] for name in ("tls", "tls_cert", "tls_key")},
    )


def _announce(prepared: PreparedProxy, ready_file: Path | None) -> None:
    import logging

    from crm_mocks.server.ready_file import write_ready_file

    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # a garbled request is the client's affair, not news
    if ready_file is not None:
        write_ready_file(ready_file, prepared.connection_details())
    click.echo(f"ready {prepared.url}")


def _tell_line(line: str) -> None:
    with suppress(OSError):  # whoever read the lines may have gone: the proxy goes on
        click.echo(line, err=True)


def _end(prepared: PreparedProxy, options: dict[str, Any]) -> int:
    """Print the verdict, write the reports, and end the cassette; return the exit code.

    Raises:
        UsageError: something could not be written; the rest has been.
    """
    verdict = settled(prepared.recorder.final_verdict(), options)
    click.echo()
    attempt([partial(conclude, verdict, options, "proxy"), prepared.recorder.close])
    return verdict.exit_code()
