"""What the commands with a verdict share: allow-list, baseline, policy, and the end of each command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crm_contracts.report.output import attempt, print_report, report_files, report_options, write_report

if TYPE_CHECKING:
    from crm_contracts.judge.baseline_entry import BaselineEntry
    from crm_contracts.judge.policy import Policy
    from crm_contracts.judge.verdict import Verdict

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE: Final = click.Path(path_type=Path)

_FINDINGS: Final = (
    click.option("--allow", multiple=True, metavar="MISTAKE", help="Allow OP:400, OP:RULE, position:ID …; repeatable."),
    click.option("--baseline", type=_FILE, metavar="FILE", help="Known findings, which break nothing."),
    click.option("--write-baseline", type=_FILE, metavar="FILE", help="Write what is broken now as a baseline."),
)

_COVERAGE: Final = (
    click.option(
        "--vendor", "vendors", multiple=True, metavar="VENDOR", help="Cover its operations, not those called."
    ),
    click.option(
        "--fail-under",
        type=click.FloatRange(0, 100),
        metavar="N",
        help="Fail if less than this percentage of outcomes is covered.",
    ),
)

_STRICT: Final = click.option("--strict", is_flag=True, help="Count what rests on assumptions of ours only, too.")


def verdict_options(command: Command) -> Command:
    """Add the options of commands that judge what mocks received.

    The keywords are `vendors`, `fail_under`, `allow`, `baseline`, `write_baseline`, `strict` and those of
    `report_options`. Clients are held to everything, strictly or not; what `coverage` merges may be about providers.
    """
    return _with(_COVERAGE, strict_option(_with(_FINDINGS, report_options(command))))


def provider_options(command: Command) -> Command:
    """Add the options of commands that judge what real providers answered.

    The keywords are `allow`, `baseline`, `write_baseline`, `strict` and those of `report_options`.
    """
    return strict_option(_with(_FINDINGS, report_options(command)))


def finding_options(command: Command) -> Command:
    """Add `--allow`, `--baseline` and `--write-baseline`; the keywords are the same."""
    return _with(_FINDINGS, command)


def strict_option(command: Command) -> Command:
    """Add `--strict`; the keyword is `strict`."""
    return _STRICT(command)


def _with(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def policy_of(options: Mapping[str, Any]) -> Policy:
    """Return who is held to what, by the option `--strict`."""
    from crm_contracts.judge.policy import DEFAULT, STRICT

    return STRICT if options["strict"] else DEFAULT


def baseline_of(options: Mapping[str, Any]) -> tuple[BaselineEntry, ...]:
    """Return the known findings that the option `--baseline` names; none without it.

    Raises:
        UsageError: the file cannot be read, or is not a baseline.
    """
    from crm_contracts.judge.baseline import read

    return read(options["baseline"]) if options["baseline"] is not None else ()


def check_judging(options: Mapping[str, Any]) -> None:
    """Refuse a wrong `--allow` or `--baseline` before anything is done.

    Raises:
        UsageError: an entry allows nothing, or the baseline cannot be read.
    """
    from crm_contracts.judge.allow import check
    from crm_mocks.cli.vendors import default_contract, load_vendors

    if options["allow"]:
        check(options["allow"], map(default_contract, load_vendors(())))
    baseline_of(options)


def settled(verdict: Verdict, options: Mapping[str, Any]) -> Verdict:
    """Return a verdict with what is allowed or known marked.

    Args:
        verdict: of a command.
        options: keywords that `finding_options` gives.

    Raises:
        UsageError: the baseline cannot be read.
    """
    from crm_contracts.judge import baseline
    from crm_contracts.judge.allow import allow

    verdict = verdict.as_strict() if options.get("strict") else verdict
    verdict = allow(verdict, options["allow"]) if options["allow"] else verdict
    known = baseline_of(options)
    return baseline.apply(verdict, known) if known else verdict


def conclude(verdict: Verdict, options: Mapping[str, Any], command: str) -> None:
    """Print a verdict, and write the reports and the baseline that are wanted.

    Args:
        verdict: with what is allowed or known marked.
        options: keywords that `verdict_options` or `provider_options` gives.
        command: name of the command.

    Raises:
        UsageError: files could not be written; the others have been.
    """
    from crm_contracts.judge.baseline import write_baseline
    from crm_contracts.judge.finding_text import shortfall
    from crm_contracts.judge.report import report

    complaint = shortfall(verdict, options.get("fail_under"))
    if complaint:
        verdict = replace(verdict, complaints=(*verdict.complaints, complaint))
    found = report(verdict, command)
    print_report(found)
    steps: list[Callable[[], None]] = [partial(write_report, found, report_files(options))]
    if options["write_baseline"] is not None:
        steps.append(partial(write_baseline, options["write_baseline"], verdict))
    attempt(steps)
