"""Options that the commands with a verdict share, and what they do with it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crm_contracts.verdict.findings import Debt
from crm_contracts.verdict.model import Verdict
from crm_mocks.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

REPORTS: Final = {
    "junit": "Write the verdict as JUnit XML.",
    "html": "Write the verdict as an HTML page.",
    "json": "Write the verdict as JSON, for crm-mocks coverage.",
    "markdown": "Write the verdict as Markdown, for a comment.",
}

FILE: Final = click.Path(path_type=Path)
"""Type of options that name a file, which is told to be missing when it is read."""

_SERVING: Final = (
    click.option("-p", "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0: a free port."),
    click.option("--seed", type=int, default=0, show_default=True, help="Seed of all generated values."),
    click.option("--now", metavar="ISO8601", help="Stop all clocks at this moment, such as 2026-01-31T12:00:00Z."),
    click.option(
        "--config", type=FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor and 'host'."
    ),
    click.option(
        "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable."
    ),
    click.option("--seed-file", type=FILE, metavar="FILE", help="Records that each session starts with, YAML or JSON."),
    click.option("--tls", is_flag=True, help="Serve HTTPS; CRM_MOCKS_CA_FILE names the authority to trust."),
    click.option("--trust", is_flag=True, help="With --tls, have OpenSSL, requests, curl and Node.js trust it."),
)

_JUDGING: Final = (
    click.option(
        "--vendor", "vendors", multiple=True, metavar="VENDOR", help="Cover its operations, not those called."
    ),
    click.option(
        "--fail-under",
        type=click.FloatRange(0, 100),
        metavar="N",
        help="Fail if less than this percentage of outcomes is covered.",
    ),
    click.option("--allow", multiple=True, metavar="MISTAKE", help="Allow mistakes, such as OP:400; repeatable."),
    click.option("--baseline", type=FILE, metavar="FILE", help="Known debts, which do not fail the run."),
    click.option("--write-baseline", type=FILE, metavar="FILE", help="Write what is broken now as a baseline."),
)


_TRYING: Final = (
    click.option("--vendor", "vendors", multiple=True, metavar="VENDOR", help="Its operations only; repeatable."),
    click.option("--operation", "operations", multiple=True, metavar="OP", help="This one only; repeatable."),
    click.option("-j", "--jobs", type=click.IntRange(1, 1000), help="Runs at once.  [default: number of CPUs]"),
    click.option("--allow-duplicates", is_flag=True, help="More records than after the plain run are no failure."),
    click.option("--heed-retry-after", is_flag=True, help="To come back before Retry-After is a failure."),
    click.option("--most-requests", type=click.IntRange(1), metavar="N", help="More to an operation are a failure."),
)


def verdict_options(command: Command) -> Command:
    """Add what all commands with a verdict take: how to judge, and the options of `report_options`.

    The keywords are `vendors`, `fail_under`, `allow`, `baseline`, `write_baseline` and those of `report_options`.
    """
    return _with(_JUDGING, report_options(REPORTS)(command))


def serving_options(command: Command) -> Command:
    """Add what all commands take that serve mocks to a client program: `serving_of` reads them, but for `trust`."""
    return _with(_SERVING, command)


def trial_options(command: Command) -> Command:
    """Add what all commands take that run a client program many times: what of, how many at once, and its limits.

    The keywords are `vendors`, `operations`, `jobs`, `allow_duplicates`, `heed_retry_after` and `most_requests`.
    """
    return _with(_TRYING, command)


def _with(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def serving_of(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of `crm_mocks.serve` that the options of `serving_options` ask for.

    Raises:
        UsageError: a file or a setting is wrong.
    """
    from crm_mocks.cli.inputs import load_records, load_settings

    return {
        **{name: options[name] for name in ("port", "seed", "now", "tls")},
        "settings": load_settings(options["config"], options["assignments"], ()),
        "records": load_records(options["seed_file"], ()),
    }


def report_options(reports: Mapping[str, str]) -> Callable[[Command], Command]:
    """Return a decorator that adds `--junit`, `--html`, `--json` and `--markdown`, as keywords `junit_file` and so on.

    Args:
        reports: what `--help` says of each.
    """

    def add(command: Command) -> Command:
        for kind, about in reversed(list(reports.items())):
            path = click.Path(path_type=Path, dir_okay=False)
            command = click.option(f"--{kind}", f"{kind}_file", type=path, metavar="FILE", help=about)(command)
        return command

    return add


def report_files(options: Mapping[str, Any]) -> dict[str, Path]:
    """Return the files that reports are wanted in, by format, from the keywords that `report_options` gives."""
    return {kind: options[f"{kind}_file"] for kind in REPORTS if options[f"{kind}_file"] is not None}


def debts_of(options: Mapping[str, Any]) -> tuple[Debt, ...]:
    """Return the known debts that the option `--baseline` names; none without it.

    Raises:
        UsageError: the file cannot be read, or is no baseline.
    """
    from crm_contracts.verdict.baseline import read

    return read(options["baseline"]) if options["baseline"] is not None else ()


def tell(verdict: Verdict, options: Mapping[str, Any]) -> None:
    """Print the verdict, and write the reports and the baseline that are wanted.

    Args:
        verdict: what to tell.
        options: keywords that `verdict_options` gives.

    Raises:
        UsageError: files could not be written; the others have been.
    """
    from crm_contracts.reports import render
    from crm_contracts.reports.words import held_to
    from crm_contracts.verdict.baseline import write_baseline

    verdict = held_to(verdict, options["fail_under"])
    show(verdict)
    steps: list[Callable[[], None]] = [lambda: write_reports(partial(render, verdict), report_files(options))]
    if options["write_baseline"] is not None:
        steps.append(lambda: write_baseline(options["write_baseline"], verdict))
    attempt(steps)


def show(verdict: Verdict) -> None:
    """Print the verdict."""
    from crm_contracts.reports.terminal import render

    on_terminal = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    width = shutil.get_terminal_size().columns if on_terminal else 100
    click.echo(render(verdict, colour=on_terminal, width=min(width, 140)), nl=False, color=on_terminal)


def write_reports(render: Callable[[str], str], files: Mapping[str, Path]) -> None:
    """Write reports, all that can be.

    Args:
        render: makes the report of a format.
        files: by format.

    Raises:
        UsageError: some could not be written.
    """
    from crm_contracts.verdict.files import write

    attempt([partial(write, path, render(kind), f"the --{kind} report") for kind, path in files.items()])


def attempt(steps: Iterable[Callable[[], None]]) -> None:
    """Take all steps, those too that come after one which fails.

    Raises:
        UsageError: some failed; the message is that of all.
    """
    failed = []
    for step in steps:
        try:
            step()
        except UsageError as error:
            failed.append(str(error))
    if failed:
        raise UsageError("; ".join(failed))
