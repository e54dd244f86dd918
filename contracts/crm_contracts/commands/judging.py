"""Options and output of the commands with a verdict: allow-list, baseline, policy and report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crm_contracts.commands.value_completion import allowances
from crm_contracts.report.output import expected, print_report, report_files, report_options, run_all, write_report
from crm_mocks.cli.finite_range import FiniteRange
from crm_mocks.cli.vendor_options import VENDOR

if TYPE_CHECKING:
    from crm_contracts.judge.baseline_entry import BaselineEntry
    from crm_contracts.judge.policy import Policy
    from crm_contracts.judge.verdict import Verdict
    from crm_contracts.report.document import ReportSection

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE: Final = click.Path(path_type=Path)

_FINDINGS: Final = (
    click.option(
        "--allow",
        multiple=True,
        metavar="NAME",
        shell_complete=allowances,
        help="Allow OP:400, OP:RULE, position:ID …; repeatable.",
    ),
    click.option("--baseline", type=_FILE, metavar="FILE", help="Known findings, which do not fail the run."),
    click.option(
        "--write-baseline",
        type=_FILE,
        metavar="FILE",
        callback=expected,
        help="Write the current findings as a baseline.",
    ),
)

_COVERAGE: Final = (
    click.option(
        "--vendor",
        "vendors",
        multiple=True,
        type=VENDOR,
        metavar="VENDOR",
        help="Compute coverage of its operations instead of those called.",
    ),
    click.option(
        "--fail-under",
        type=FiniteRange(0, 100),
        metavar="N",
        help="Fail if less than N percent of the outcomes are covered.",
    ),
)

_ALLOW_NO_REQUESTS: Final = click.option(
    "--allow-no-requests", is_flag=True, help="Do not fail if nothing was checked, such as when no request came."
)

INTERRUPTED: Final = 130
"""Exit code after Ctrl-C."""

IGNORED_RETRY_AFTER: Final = "*:retry-after"
"""Name of the allow-list by which early retries are ignored."""

ignore_retry_after_option: Final = click.option(
    "--ignore-retry-after", is_flag=True, help="Do not fail if a client retries before Retry-After has elapsed."
)

_STRICT: Final = click.option("--strict", is_flag=True, help="Also fail on findings that rest on assumptions.")


def verdict_options(command: Command) -> Command:
    """Add the options of commands that judge requests to mocks.

    The keywords are `vendors`, `fail_under`, `allow`, `baseline`, `write_baseline`, `strict` and those of
    `report_options`. `strict` matters only for `coverage` of reports on providers, since clients are always judged
    strictly.
    """
    return _with(_COVERAGE, strict_option(_with(_FINDINGS, report_options(command))))


def provider_options(command: Command) -> Command:
    """Add the options of commands that judge responses of real providers.

    The keywords are `allow`, `baseline`, `write_baseline`, `allow_no_requests`, `strict` and those of `report_options`.
    """
    return strict_option(no_requests_option(_with(_FINDINGS, report_options(command))))


def no_requests_option(command: Command) -> Command:
    """Add `--allow-no-requests`, with the keyword `allow_no_requests`, which `checked` reads."""
    return _ALLOW_NO_REQUESTS(command)


def finding_options(command: Command) -> Command:
    """Add `--allow`, `--baseline` and `--write-baseline`, with keywords of the same names."""
    return _with(_FINDINGS, command)


def strict_option(command: Command) -> Command:
    """Add `--strict`, with the keyword `strict`."""
    return _STRICT(command)


def _with(options: tuple[Callable[[Command], Command], ...], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def policy_of(options: Mapping[str, Any]) -> Policy:
    """Return the policy selected by `--strict`."""
    from crm_contracts.judge.policy import DEFAULT, STRICT

    return STRICT if options["strict"] else DEFAULT


def baseline_of(options: Mapping[str, Any]) -> tuple[BaselineEntry, ...]:
    """Return the findings of `--baseline`; none without the option.

    Raises:
        UsageError: the file cannot be read, or is not a baseline.
    """
    from crm_contracts.judge.baseline import read

    return read(options["baseline"]) if options["baseline"] is not None else ()


def allowed_names(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the allow-list, including that of `--ignore-retry-after`."""
    ignored = (IGNORED_RETRY_AFTER,) if options.get("ignore_retry_after") else ()
    return (*options["allow"], *ignored)


def check_judging(options: Mapping[str, Any]) -> None:
    """Validate `--allow` and `--baseline` before the command starts its work.

    Raises:
        UsageError: an entry matches nothing in the contracts, or the baseline cannot be read.
    """
    from crm_contracts.judge.allow import check_names
    from crm_mocks.cli.vendors import default_contract, load_vendors

    if options["allow"]:
        check_names(options["allow"], map(default_contract, load_vendors(())))
    baseline_of(options)


def mark_known(verdict: Verdict, options: Mapping[str, Any]) -> Verdict:
    """Return a verdict with allowed and known findings marked.

    Args:
        verdict: the verdict.
        options: keywords of `finding_options`.

    Raises:
        UsageError: the baseline cannot be read.
    """
    from crm_contracts.judge import baseline
    from crm_contracts.judge.allow import allow

    verdict = verdict.as_strict() if options.get("strict") else verdict
    names = allowed_names(options)
    verdict = allow(verdict, names) if names else verdict
    entries = baseline_of(options)
    return baseline.apply(verdict, entries) if entries else verdict


def checked(verdict: Verdict, options: Mapping[str, Any], *causes: str) -> Verdict:
    """Return a verdict that fails if nothing was checked, unless `--allow-no-requests` is given.

    Args:
        verdict: the verdict, with allowed and known findings marked.
        options: keywords of `no_requests_option`.
        causes: probable causes, for the message.
    """
    from crm_contracts.judge.checked import require_requests

    return require_requests(verdict, causes, allowed=options["allow_no_requests"])


def report_verdict(
    verdict: Verdict, options: Mapping[str, Any], command: str, sections: tuple[ReportSection, ...] = ()
) -> None:
    """Write the report files and the baseline, then print the verdict.

    Args:
        verdict: the verdict, with allowed and known findings marked.
        options: keywords of `verdict_options` or `provider_options`; `form` is `github` for annotations.
        command: name of the command.
        sections: sections of the command, shown below the findings.

    Raises:
        UsageError: files could not be written; the others have been written.
    """
    from crm_contracts.judge.baseline import write_baseline
    from crm_contracts.judge.reports import annotations
    from crm_contracts.judge.reports.finding_text import shortfall
    from crm_contracts.judge.reports.verdict_report import report

    complaint = shortfall(verdict, options.get("fail_under"))
    if complaint:
        verdict = replace(verdict, complaints=(*verdict.complaints, complaint))
    document = report(verdict, command, sections)
    steps: list[Callable[[], None]] = [partial(write_report, document, report_files(options))]
    if options["write_baseline"] is not None:
        steps.append(partial(write_baseline, options["write_baseline"], verdict))
    is_github = options.get("form") == "github"
    show = partial(click.echo, annotations.render(verdict), nl=False) if is_github else partial(print_report, document)
    run_all([*steps, show])
