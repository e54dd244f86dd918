"""`crm-mocks run`: run a client's tests against the mocks, and judge its requests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.judging import (
    allowed_names,
    baseline_of,
    ignore_retry_after_option,
    no_requests_option,
    report_verdict,
    verdict_options,
)
from crm_contracts.commands.options import served_keywords, serving_options
from crm_contracts.report.output import run_all
from crm_mocks.cli.finite_range import FiniteRange
from crm_mocks.cli.value_completion import files
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.clients.run import ClientRun, RunOptions


@click.command("run", context_settings={"allow_interspersed_args": False})
@serving_options
@click.option(
    "--timeout",
    type=FiniteRange(0, min_open=True),
    default=300.0,
    show_default=True,
    help="Timeout of CMD in seconds.",
)
@ignore_retry_after_option
@verdict_options
@no_requests_option
@click.argument("cmd", nargs=-1, required=True, metavar="[--] CMD...", type=click.UNPROCESSED, shell_complete=files)
def command(**options: Any) -> int:
    """Run CMD, a client's tests in any language, against the mocks, and judge the client's requests.

    CMD reads the addresses of the mocks from CRM_MOCKS_URL, CRM_MOCKS_<VENDOR>_URL and CRM_MOCKS_READY_FILE. The exit
    code is that of CMD if it fails, else 1 if the contract was broken, if no request came, or if coverage is below
    --fail-under.
    """
    from crm_contracts.clients.run import run_command

    finished = run_command(_run_options(options), lambda line: click.echo(f"crm-mocks: {line}", err=True))
    click.echo()  # CMD may not have terminated its last line
    report_run = partial(report_verdict, finished.verdict, options, "run")
    return run_all([partial(_check_timeout, finished), report_run], finished.exit_code(options["fail_under"]))


def _run_options(options: dict[str, Any]) -> RunOptions:
    """Return the options of the run, including the content of the baseline."""
    from crm_contracts.clients.run import RunOptions

    return RunOptions(
        command=options["cmd"],
        serving=served_keywords(options),
        vendors=options["vendors"],
        allow=allowed_names(options),
        baseline=baseline_of(options),
        seconds=options["timeout"],
        trust=options["trust"],
        allow_no_requests=options["allow_no_requests"],
    )


def _check_timeout(finished: ClientRun) -> None:
    """Raise `UsageError` if CMD timed out."""
    if finished.exit.stopped:
        raise UsageError(finished.verdict.complaints[0])
