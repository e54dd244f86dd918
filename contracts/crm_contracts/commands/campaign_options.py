"""Options of the commands that run a client program many times: sweep and fuzz."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from crm_contracts.commands.judging import (
    allowed_names,
    baseline_of,
    finding_options,
    ignore_retry_after_option,
    no_requests_option,
    policy_of,
    strict_option,
)
from crm_contracts.commands.options import served_keywords, shard_option
from crm_contracts.report.output import print_report, report_files, run_all, write_report
from crm_mocks.cli.value_completion import operations
from crm_mocks.cli.vendor_options import VENDOR
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.clients.model import CampaignResult
    from crm_contracts.report.document import Report

Command = TypeVar("Command", bound=Callable[..., Any])
Result = TypeVar("Result", bound="CampaignResult")

_OPTIONS: Final = (
    click.option(
        "--vendor",
        "vendors",
        multiple=True,
        type=VENDOR,
        metavar="VENDOR",
        help="Only operations of this vendor; repeatable.",
    ),
    click.option(
        "--operation",
        "operations",
        multiple=True,
        metavar="OP",
        shell_complete=operations,
        help="Only this operation; repeatable.",
    ),
    click.option("-j", "--jobs", type=click.IntRange(1, 1000), help="Concurrent runs.  [default: number of CPUs]"),
    click.option(
        "--allow-duplicates", is_flag=True, help="Do not fail if more records are stored than in the baseline run."
    ),
    ignore_retry_after_option,
    click.option("--heed-retry-after", is_flag=True, hidden=True),  # the default; still accepted
    click.option(
        "--most-requests",
        type=click.IntRange(1),
        metavar="N",
        help="Fail if CMD sends more requests than this to an operation.",
    ),
)


def campaign_options(command: Command) -> Command:
    """Add the options that `campaign_keywords` reads, except `--timeout`, `--expect` and CMD."""
    command = finding_options(no_requests_option(strict_option(shard_option(command))))
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def campaign_keywords(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of `CampaignOptions` for a command line.

    Raises:
        UsageError: a file or a setting is invalid.
    """
    unchanged = (
        "vendors",
        "operations",
        "trust",
        "expect",
        "allow_duplicates",
        "ignore_retry_after",
        "most_requests",
        "shard",
    )
    return {
        "command": options["cmd"],
        "serving": served_keywords(options),
        "jobs": options["jobs"] or os.cpu_count() or 1,
        "seconds": options["timeout"],
        "known": baseline_of(options),
        "policy": policy_of(options),
        "allow": allowed_names(options),
        **{name: options[name] for name in unchanged},
    }


def excused(result: Result, options: Mapping[str, Any]) -> Result:
    """Return a result that does not fail if the client called nothing and `--allow-no-requests` is given."""
    baseline = result.baseline
    called_nothing = not (baseline.requests or baseline.code or baseline.signal or baseline.stopped)
    return replace(result, excused=called_nothing) if options["allow_no_requests"] else result


def report_campaign(result: CampaignResult, report: Report, options: Mapping[str, Any]) -> None:
    """Write the report files and the baseline of a campaign, then print its report.

    Raises:
        UsageError: the baseline run timed out, or files could not be written; the others have been written.
    """
    from crm_contracts.judge.baseline import write_baseline

    steps: list[Callable[[], None]] = [
        partial(_check_baseline_run, result),
        partial(write_report, report, report_files(options)),
    ]
    if options["write_baseline"] is not None:
        steps.append(partial(write_baseline, options["write_baseline"], result.case_verdict))
    run_all([*steps, partial(print_report, report)])


def _check_baseline_run(result: CampaignResult) -> None:
    """Raise `UsageError` if the baseline run timed out."""
    if result.baseline.stopped:
        raise UsageError(result.complaint)
