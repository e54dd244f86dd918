"""`crm-mocks sweep`: run a client program against every documented outcome and fault of the operations it calls."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from crm_contracts.commands.campaign_options import campaign_keywords, campaign_options, excused, report_campaign
from crm_contracts.commands.options import serving_options
from crm_contracts.commands.value_completion import expectations
from crm_contracts.report.output import report_options, run_all
from crm_mocks.cli.finite_range import FiniteRange
from crm_mocks.cli.progress import progress
from crm_mocks.cli.value_completion import files

if TYPE_CHECKING:
    from crm_contracts.clients.campaign import CampaignOptions


@click.command("sweep", context_settings={"allow_interspersed_args": False})
@click.option(
    "--timeout",
    type=FiniteRange(0, min_open=True),
    default=60.0,
    show_default=True,
    help="Timeout of each run in seconds.",
)
@click.option(
    "--expect",
    multiple=True,
    metavar="WHAT=CODES",
    shell_complete=expectations,
    help="Expected exit codes, such as 5xx=1,3; repeatable.",
)
@campaign_options
@serving_options
@report_options
@click.argument("cmd", nargs=-1, required=True, metavar="[--] CMD...", type=click.UNPROCESSED, shell_complete=files)
def command(**options: Any) -> int:
    """Run CMD, a client program, once for each documented outcome and each fault of the operations that it calls.

    A baseline run determines these operations. CMD finds the mocks as under `crm-mocks run`. CMD survives a run if it
    exits in time, without a signal or an uncaught error, and without duplicate records; after a success with the exit
    code of the baseline run, after a refusal with another one. Its requests are held to the contract. The exit code is
    1 if CMD fails a run, or a request breaks the contract.
    """
    from crm_contracts.clients.sweep.campaign import sweep
    from crm_contracts.clients.sweep.report import report

    with progress("the baseline run") as shown:

        def show(done: int, total: int) -> None:
            if not done:
                shown.start("sweep")
            shown.show(done, total, "runs")

        result = excused(sweep(_campaign_options(options), show), options)
    return run_all([partial(report_campaign, result, report(result), options)], result.exit_code)


def _campaign_options(options: dict[str, Any]) -> CampaignOptions:
    from crm_contracts.clients.campaign import CampaignOptions

    return CampaignOptions(**campaign_keywords(options))
