"""`crm-mocks fuzz`: a client program against generated answers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.options import (
    FILE,
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
    from crm_contracts.fuzz.program.model import Fuzz
    from crm_contracts.fuzz.program.runner import Asked

_REPORTS = {kind: f"Write the report as {kind}." for kind in REPORTS}


@click.command("fuzz", context_settings={"allow_interspersed_args": False})
@click.option("-n", "--count", type=click.IntRange(1), default=500, show_default=True, help="Answers to generate.")
@click.option("--seconds", type=click.FloatRange(0, min_open=True), help="Generate none after so many seconds.")
@click.option("--stop-after", type=click.IntRange(1), default=20, show_default=True, help="Weaknesses that are enough.")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=30.0, show_default=True, help="Seconds for each run."
)
@click.option("--persistent", is_flag=True, help="CMD makes one run after another, for each line that it is sent.")
@click.option(
    "--ready-line", default="ready", show_default=True, metavar="TEXT", help="What it prints when it awaits a run."
)
@click.option("--from", "earlier", multiple=True, type=FILE, metavar="FILE", help="An earlier failure; repeatable.")
@click.option(
    "--failures",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="fuzz-failures",
    show_default=True,
    metavar="DIR",
    help="Folder for reproductions and tests.",
)
@click.option("--expect", multiple=True, metavar="WHAT=CODES", help="Exit codes wanted, such as forbidden=75.")
@click.option("--prints", multiple=True, metavar="REGEX", help="What a success prints, such as 'lead {body.id}'.")
@click.option("--never-prints", multiple=True, metavar="REGEX", help="What is never printed, such as Traceback.")
@trial_options
@serving_options
@report_options(_REPORTS)
@click.argument("cmd", nargs=-1, required=True, metavar="[--] CMD...", type=click.UNPROCESSED)
def command(**options: Any) -> int:
    """Run CMD, a client program, again and again, each time given another answer that the contract allows at its
    edges, or that only networks and careless servers produce.

    What breaks it is shrunk to the smallest answer that does, and written down: as a file for `crm-mocks serve
    --replay`, and as a test. A run is survived if it ends in time, not by a signal, with an exit code that documented
    answers or faults gave too, and without storing anything twice. The exit code is 1 if one is not.
    """
    from crm_contracts.fuzz.program.progress import shown
    from crm_contracts.fuzz.program.reports import render
    from crm_contracts.fuzz.program.runner import carry_out

    files = report_files(options)
    asked = _asked(options)
    with shown(asked.count, asked.budget) as progress:
        fuzz = carry_out(asked, progress)
    click.echo(render(fuzz, "terminal"), nl=False)
    attempt([partial(_in_time, fuzz), partial(_untroubled, fuzz), partial(write_reports, partial(render, fuzz), files)])
    return fuzz.exit_code


def asked_by(words: Sequence[str]) -> Asked:
    """Return what the words of a command line ask for.

    Args:
        words: options and CMD.

    Raises:
        UsageError: an option is wrong; click has errors of its own for some.
    """
    return _asked(command.make_context("fuzz", list(words)).params)


def _asked(options: dict[str, Any]) -> Asked:
    from crm_contracts.fuzz.program.runner import Asked

    same = ("vendors", "operations", "count", "earlier", "folder", "trust", "expect", "prints", "never_prints")
    limits = ("allow_duplicates", "heed_retry_after", "most_requests")
    return Asked(
        command=options["cmd"],
        serving=serving_keywords(options),
        jobs=options["jobs"] or os.cpu_count() or 1,
        seconds=options["timeout"],
        word=_word(options) if options["persistent"] else "",
        budget=options["seconds"],
        most=options["stop_after"],
        **{name: options[name] for name in (*same, *limits)},
    )


def _word(options: dict[str, Any]) -> str:
    word: str = options["ready_line"].strip()
    if not word or not word.isprintable():
        raise UsageError("--ready-line takes a text, such as ready")
    return word


def _in_time(fuzz: Fuzz) -> None:
    """Refuse a plain run that had to be stopped."""
    if fuzz.plain.stopped:
        raise UsageError(fuzz.complaint)


def _untroubled(fuzz: Fuzz) -> None:
    """Complain of what went wrong meanwhile: a reproduction was not written, or the client did not start again."""
    if fuzz.trouble:
        raise UsageError(fuzz.trouble)
