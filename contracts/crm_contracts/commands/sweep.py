"""`crm-mocks sweep`: a client program against every answer and fault of the operations that it calls."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.options import (
    REPORTS,
    attempt,
    report_files,
    report_options,
    serving_options,
    trial_options,
    write_reports,
)
from crm_mocks.cli.serving_options import serving_keywords
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.sweep.model import Sweep
    from crm_contracts.sweep.runner import Asked

_REPORTS = {kind: f"Write the matrix as {kind}." for kind in REPORTS}


@click.command("sweep", context_settings={"allow_interspersed_args": False})
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True, help="Seconds for each run."
)
@click.option("--expect", multiple=True, metavar="WHAT=CODES", help="Exit codes wanted, such as 5xx=1,3; repeatable.")
@trial_options
@serving_options
@report_options(_REPORTS)
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
    if sweep.interrupted and sys.stderr.isatty():
        click.echo(err=True)  # below the progress
    click.echo(render(sweep, "terminal"), nl=False)
    attempt([partial(_in_time, sweep), partial(write_reports, partial(render, sweep), files)])
    return sweep.exit_code


def _asked(options: dict[str, Any]) -> Asked:
    from crm_contracts.sweep.runner import Asked

    same = ("vendors", "operations", "trust", "expect", "allow_duplicates", "heed_retry_after", "most_requests")
    return Asked(
        command=options["cmd"],
        serving=serving_keywords(options),
        jobs=options["jobs"] or os.cpu_count() or 1,
        seconds=options["timeout"],
        **{name: options[name] for name in same},
    )


def _progress(done: int, total: int) -> None:
    """Show how far it is, on a terminal: a log would hold every line of it."""
    if sys.stderr.isatty():
        click.echo(f"\rcrm-mocks: {done} of {total} runs" + ("\r\033[K" if done == total else ""), nl=False, err=True)


def _in_time(sweep: Sweep) -> None:
    """Refuse a plain run that had to be stopped."""
    if sweep.plain.stopped:
        raise UsageError(sweep.complaint)
