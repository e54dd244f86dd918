"""`crm-mocks proxy`: forward requests to a real provider, and judge client and provider."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.judging import (
    check_judging,
    checked,
    ignore_retry_after_option,
    mark_known,
    policy_of,
    provider_options,
    report_verdict,
)
from crm_contracts.commands.options import FILE
from crm_contracts.report.output import run_all
from crm_mocks.cli.finite_range import FiniteRange
from crm_mocks.cli.log_writer import LogHandler, LogWriter
from crm_mocks.cli.serving_options import set_option
from crm_mocks.cli.stopping import end_soon
from crm_mocks.cli.vendor_options import VENDOR
from crm_mocks.outside_text import without_log_commands
from crm_mocks.watchdog import watchdog

if TYPE_CHECKING:
    from crm_contracts.providers.proxy.proxy_server import PreparedProxy, ProxyOptions


@click.command("proxy")
@click.argument("vendor", type=VENDOR)
@click.option(
    "--to", required=True, metavar="URL", help="Base URL of the provider, to which the contract's paths are appended."
)
@click.option("-H", "--host", default="127.0.0.1", show_default=True, help="Host name or address to bind.")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=4020,
    show_default=True,
    help="Port to bind; 0 for a free one.",
)
@click.option(
    "--timeout",
    type=FiniteRange(0, 3600, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds until a response must be complete; after that, 504.",
)
@click.option(
    "--cassette", type=FILE, metavar="FILE", help="Record the exchanges, without credentials, in vcrpy's format."
)
@click.option(
    "--journal",
    type=FILE,
    metavar="FILE",
    help="Append each exchange to this file as it happens, without credentials, so that a crash loses none.",
)
@click.option(
    "--ca-file", type=FILE, metavar="FILE", help="Trusted certificate authorities instead of the default ones (PEM)."
)
@click.option("--tls", is_flag=True, help="Serve HTTPS with a generated certificate authority.")
@click.option("--tls-cert", type=FILE, metavar="FILE", help="Serve HTTPS with this certificate chain (PEM).")
@click.option("--tls-key", type=FILE, metavar="FILE", help="Key of the certificate (PEM), if in a separate file.")
@click.option("--config", type=FILE, metavar="FILE", help="Settings, as for crm-mocks serve.")
@set_option()
@click.option(
    "--ready-file", type=FILE, metavar="FILE", help="Write the address of the proxy as JSON when it is ready."
)
@ignore_retry_after_option
@provider_options
def command(ready_file: Path | None, **options: Any) -> int:
    """Forward requests to VENDOR's real CRM, and check clients and CRM against the contract.

    Prints `ready URL` when it accepts requests, and a line on stderr for each finding. Ctrl-C or SIGTERM stops it and
    prints the verdict. The exit code is 1 if client or provider broke the contract.
    """
    from crm_mocks.gc_pause import gc_paused
    from crm_mocks.server.process import StopSignals

    check_judging(options)
    # Handle signals first: a signal during the slow imports must not cause an error.
    with watchdog(), StopSignals(end_soon) as signals, gc_paused():
        from crm_contracts.providers.proxy.proxy_server import prepare
        from crm_mocks.server.descriptors import raise_open_file_limit
        from crm_mocks.server.process import run_until_stopped
        from crm_mocks.server.ready_file import remove_ready_file, withdraw_ready_file

        if ready_file is not None:
            remove_ready_file(ready_file)
        raise_open_file_limit()
        log = LogWriter(colour=False)
        logging.getLogger().addHandler(LogHandler(log))
        prepared = prepare(_proxy_options(options), lambda line: log.write(without_log_commands(line)))
        signals.on_exit(prepared.close)
        try:
            run_until_stopped(prepared.server, partial(_announce, prepared, ready_file), signals)
        finally:
            log.flush()
            prepared.close()
            if ready_file is not None:
                withdraw_ready_file(ready_file)
    return _finish(prepared, options)


def _proxy_options(options: dict[str, Any]) -> ProxyOptions:
    from crm_contracts.providers.proxy.proxy_server import ProxyOptions
    from crm_mocks.cli.inputs import load_settings

    vendor = options["vendor"]
    return ProxyOptions(
        seconds=options["timeout"],
        settings=load_settings(options["config"], options["assignments"], (vendor,)),
        policy=policy_of(options),
        **{name: options[name] for name in ("vendor", "to", "host", "port", "cassette", "journal", "ca_file")},
        **{name: options[name] for name in ("tls", "tls_cert", "tls_key")},
    )


def _announce(prepared: PreparedProxy, ready_file: Path | None) -> None:
    from crm_mocks.server.ready_file import write_ready_file

    if ready_file is not None:
        write_ready_file(ready_file, prepared.connection_details())
    click.echo(f"ready {prepared.url}")


def _finish(prepared: PreparedProxy, options: dict[str, Any]) -> int:
    """Print the verdict, write the reports, and close the cassette; return the exit code.

    Raises:
        UsageError: files could not be written; the others have been written.
    """
    verdict = checked(mark_known(prepared.recorder.verdict(), options), options)
    click.echo()
    return run_all([partial(report_verdict, verdict, options, "proxy"), prepared.recorder.close], verdict.exit_code())
