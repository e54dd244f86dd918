"""`crm-mocks fuzz`: a client program against generated responses."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.campaign_options import campaign_keywords, campaign_options, conclude_campaign
from crm_contracts.commands.options import FILE, serving_options
from crm_contracts.report.output import report_options, run_all
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.clients.fuzz.campaign import FuzzOptions
    from crm_contracts.clients.fuzz.model import FuzzCampaignResult


@click.command("fuzz", context_settings={"allow_interspersed_args": False})
@click.option("-n", "--count", type=click.IntRange(1), default=500, show_default=True, help="Responses to generate.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), help="Generate none after this time.")
@click.option(
    "--stop-after", type=click.IntRange(1), default=20, show_default=True, help="Stop after this many weaknesses."
)
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=30.0, show_default=True, help="Seconds for each run."
)
@click.option("--persistent", is_flag=True, help="CMD makes one run after another, one for each line on its stdin.")
@click.option(
    "--ready-line", default="ready", show_default=True, metavar="TEXT", help="What CMD prints when it waits for a run."
)
@click.option(
    "--from", "reproductions", multiple=True, type=FILE, metavar="FILE", help="Run this failure first; repeatable."
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
@click.option("--expect", multiple=True, metavar="WHAT=CODES", help="Expected exit codes, such as forbidden=75.")
@click.option("--prints", multiple=True, metavar="REGEX", help="What a success prints, such as 'lead {body.id}'.")
@click.option("--never-prints", multiple=True, metavar="REGEX", help="What is never printed, such as Traceback.")
@campaign_options
@serving_options
@report_options
@click.argument("cmd", nargs=-1, required=True, metavar="[--] CMD...", type=click.UNPROCESSED)
def command(**options: Any) -> int:
    """Run CMD, a client program, again and again, each time with another response: one at the limits of what the
    contract allows, or one that only networks and careless servers produce.

    What breaks CMD is shrunk to the smallest response that does, and written down: as a file for `crm-mocks serve
    --replay`, and as a test. CMD survives a run if it ends in time, not by a signal or an uncaught error, with an exit
    code that documented responses or faults gave too, and without storing anything twice. The exit code is 1 if it does
    not survive one.
    """
    from crm_contracts.clients.fuzz.campaign import fuzz
    from crm_contracts.clients.fuzz.progress import progress_bar
    from crm_contracts.clients.fuzz.report import report

    campaign = _campaign(options)
    with progress_bar(campaign.count, campaign.budget) as progress:
        result = fuzz(campaign, progress)
    run_all([partial(conclude_campaign, result, report(result), options), partial(_without_trouble, result)])
    return result.exit_code


def parse_options(words: Sequence[str]) -> FuzzOptions:
    """Return the options of a command line.

    Args:
        words: options and CMD.

    Raises:
        UsageError: an option is wrong; click raises errors of its own for some.
    """
    return _campaign(command.make_context("fuzz", list(words)).params)


def _campaign(options: dict[str, Any]) -> FuzzOptions:
    from crm_contracts.clients.fuzz.campaign import FuzzOptions

    same = ("count", "stop_after", "reproductions", "folder", "prints", "never_prints")
    return FuzzOptions(
        **campaign_keywords(options),
        ready_line=_ready_line(options) if options["persistent"] else "",
        budget=options["seconds"],
        **{name: options[name] for name in same},
    )


def _ready_line(options: dict[str, Any]) -> str:
    line: str = options["ready_line"].strip()
    if not line or not line.isprintable():
        raise UsageError("--ready-line takes a text, such as ready")
    return line


def _without_trouble(result: FuzzCampaignResult) -> None:
    """Raise UsageError if a reproduction could not be written, or the client could not be started again."""
    if result.trouble:
        raise UsageError(result.trouble)
