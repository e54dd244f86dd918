"""`crm-mocks fuzz`: run a client program against generated responses."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crm_contracts.commands.campaign_options import campaign_keywords, campaign_options, excused, report_campaign
from crm_contracts.commands.options import FILE, serving_options
from crm_contracts.commands.value_completion import expectations
from crm_contracts.report.output import report_options, run_all
from crm_mocks.cli.finite_range import FiniteRange
from crm_mocks.cli.progress import progress
from crm_mocks.cli.value_completion import files
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.clients.fuzz.campaign import FuzzOptions
    from crm_contracts.clients.fuzz.model import FuzzCampaignResult

_STOP_AFTER: Final = 20


@click.command("fuzz", context_settings={"allow_interspersed_args": False})
@click.option(
    "-n", "--count", type=click.IntRange(1), default=500, show_default=True, help="Number of responses to generate."
)
@click.option("--seconds", type=FiniteRange(0, min_open=True), help="Stop after this time.")
@click.option(
    "--stop-after",
    type=click.IntRange(1),
    help=f"Stop after this many groups of weaknesses.  [default: {_STOP_AFTER}; none with --shard]",
)
@click.option(
    "--timeout",
    type=FiniteRange(0, min_open=True),
    default=30.0,
    show_default=True,
    help="Timeout of each run in seconds.",
)
@click.option("--persistent", is_flag=True, help="CMD performs one run for each line on its stdin.")
@click.option(
    "--ready-line",
    default="ready",
    show_default=True,
    metavar="TEXT",
    help="Line that CMD prints when it waits for a run.",
)
@click.option(
    "--from", "reproductions", multiple=True, type=FILE, metavar="FILE", help="Run this reproduction first; repeatable."
)
@click.option(
    "--failures",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="fuzz-failures",
    show_default=True,
    metavar="DIR",
    help="Folder for reproductions and tests.",
)
@click.option(
    "--expect",
    multiple=True,
    metavar="WHAT=CODES",
    shell_complete=expectations,
    help="Expected exit codes, such as forbidden=75.",
)
@click.option(
    "--prints", multiple=True, metavar="REGEX", help="Expected output of a success, such as 'lead {body.id}'."
)
@click.option("--never-prints", multiple=True, metavar="REGEX", help="Forbidden output, such as Traceback.")
@campaign_options
@serving_options
@report_options
@click.argument("cmd", nargs=-1, required=True, metavar="[--] CMD...", type=click.UNPROCESSED, shell_complete=files)
def command(**options: Any) -> int:
    """Run CMD, a client program, repeatedly against generated responses: responses at the limits of the contract, and
    faulty ones as produced by networks and servers.

    A failure is shrunk to the smallest response that causes it, and saved as a file for `crm-mocks serve --replay`.
    Failures are grouped by where CMD failed, and each group gets a test. CMD survives a run if it exits in time,
    without a signal or an uncaught error, with an exit code that documented responses or faults cause too, and
    without duplicate records. The exit code is 1 if CMD fails a run, or gets no generated response.
    """
    from crm_contracts.clients.fuzz.campaign import fuzz
    from crm_contracts.clients.fuzz.progress import FuzzLine
    from crm_contracts.clients.fuzz.report import report

    fuzz_options = _fuzz_options(options)
    with progress("the baseline run") as shown:
        result = excused(fuzz(fuzz_options, FuzzLine(shown, fuzz_options.count, fuzz_options.budget)), options)
    steps = [partial(report_campaign, result, report(result), options), partial(_check_trouble, result)]
    return run_all(steps, result.exit_code)


def parse_options(words: Sequence[str]) -> FuzzOptions:
    """Parse a command line.

    Args:
        words: options and CMD.

    Raises:
        UsageError: an option is invalid.
        click.UsageError: an option is invalid.
    """
    return _fuzz_options(command.make_context("fuzz", list(words)).params)


def _fuzz_options(options: dict[str, Any]) -> FuzzOptions:
    from crm_contracts.clients.fuzz.campaign import FuzzOptions

    unchanged = ("reproductions", "folder", "prints", "never_prints")
    return FuzzOptions(
        **campaign_keywords(options),
        ready_line=_ready_line(options) if options["persistent"] else "",
        budget=options["seconds"],
        count=options["shard"].share(options["count"]),
        stop_after=_stop_after(options),
        **{name: options[name] for name in unchanged},
    )


def _stop_after(options: dict[str, Any]) -> int:
    """Return the limit of `--stop-after`; a shard has none, since it would make its cases depend on the others'."""
    limit: int | None = options["stop_after"]
    if options["shard"].is_whole:
        return _STOP_AFTER if limit is None else limit
    if limit is not None:
        raise UsageError("--stop-after and --shard exclude each other: a shard runs all of its cases")
    return sys.maxsize


def _ready_line(options: dict[str, Any]) -> str:
    line: str = options["ready_line"].strip()
    if not line or not line.isprintable():
        raise UsageError("--ready-line takes a string such as ready")
    return line


def _check_trouble(result: FuzzCampaignResult) -> None:
    """Raise `UsageError` if a reproduction could not be written, or the client could not be restarted."""
    if result.trouble:
        raise UsageError(result.trouble)
