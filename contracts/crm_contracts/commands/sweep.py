"""`crm-mocks sweep`: a client program against every answer and fault of the operations that it calls."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.options import REPORTS, report_files
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.sweep.model import Sweep
    from crm_contracts.sweep.runner import Asked

_FILE = click.Path(path_type=Path)


def _reports(command: Callable[..., Any]) -> Callable[..., Any]:
    for kind in reversed(REPORTS):
        about = f"Write the matrix as {kind}."
        path = click.Path(path_type=Path, dir_okay=False)
        command = click.option(f"--{kind}", f"{kind}_file", type=path, metavar="FILE", help=about)(command)
    return command


@click.command("sweep", context_settings={"allow_interspersed_args": False})
@click.option("--vendor", "vendors", multiple=True, metavar="VENDOR", help="Sweep its operations only; repeatable.")
@click.option("--operation", "operations", multiple=True, metavar="OP", help="Sweep this one only; repeatable.")
@click.option("-j", "--jobs", type=click.IntRange(1, 1000), help="Runs at once.  [default: number of CPUs]")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True, help="Seconds for each run."
)
@click.option("--expect", multiple=True, metavar="WHAT=CODES", help="Exit codes wanted, such as 5xx=1,3; repeatable.")
@click.option("--allow-duplicates", is_flag=True, help="More records than after the plain run are no failure.")
@click.option("--heed-retry-after", is_flag=True, help="To come back before Retry-After is a failure.")
@click.option("--most-requests", type=click.IntRange(1), metavar="N", help="More to an operation are a failure.")
@click.option("-p", "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: a free port.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all generated values.")
@click.option("--now", metavar="ISO8601", help="Stop all clocks at this moment, such as 2026-01-31T12:00:00Z.")
@click.option("--config", type=_FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor and 'host'.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable.")
@click.option("--seed-file", type=_FILE, metavar="FILE", help="Records that each session starts with, YAML or JSON.")
@click.option("--tls", is_flag=True, help="Serve HTTPS; CRM_MOCKS_CA_FILE names the authority to trust.")
@click.option("--trust", is_flag=True, help="With --tls, have OpenSSL, requests, curl and Node.js trust it.")
@_reports
@click.argument("cmd", nargs=-1, required=True, metavar="[--] CMD...", type=click.UNPROCESSED)
def command(**options: Any) -> int:
    """Run CMD, a client program, once for each documented answer and each fault of the operations that it calls.

    It is run plainly first, to learn which these are; it finds the mocks as under `crm-mocks run`. A run is survived
    if it ends in time, not by a signal, with an exit code that other answers of the same class had too, and without
    storing anything twice. The exit code is 1 if one is not.
    """
    from crm_contracts.sweep.reports import render
    from crm_contracts.sweep.runner import carry_out

    files = report_files(options)
    sweep = carry_out(_asked(options), _progress)
    click.echo(render(sweep, "terminal"), nl=False)
    failures = _written(sweep, files)
    if sweep.plain.stopped:
        failures.insert(0, sweep.complaint)
    if failures:
        raise UsageError("; ".join(failures))
    return sweep.exit_code


def _asked(options: dict[str, Any]) -> Asked:
    from crm_contracts.sweep.runner import Asked
    from crm_mocks.cli.inputs import records_of, settings_of

    same = ("vendors", "operations", "trust", "expect", "allow_duplicates", "heed_retry_after", "most_requests")
    return Asked(
        command=options["cmd"],
        serving={
            **{name: options[name] for name in ("port", "seed", "now", "tls")},
            "settings": settings_of(options["config"], options["assignments"], ()),
            "records": records_of(options["seed_file"], ()),
        },
        jobs=options["jobs"] or os.cpu_count() or 1,
        seconds=options["timeout"],
        **{name: options[name] for name in same},
    )


def _progress(done: int, total: int) -> None:
    """Show how far it is, on a terminal: a log would hold every line of it."""
    if sys.stderr.isatty():
        click.echo(f"\rcrm-mocks: {done} of {total} runs" + ("\r\033[K" if done == total else ""), nl=False, err=True)


def _written(sweep: Sweep, files: dict[str, Path]) -> list[str]:
    """Write all reports that can be; return what is wrong with the others."""
    from crm_contracts.sweep.reports import render
    from crm_contracts.verdict.files import write

    failures = []
    for kind, path in files.items():
        try:
            write(path, render(sweep, kind), f"the --{kind} report")
        except UsageError as error:
            failures.append(str(error))
    return failures
