"""`crm-mocks verify`: check a real provider against the contract."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crm_contracts.commands.credentials import credential_options, credentials_of
from crm_contracts.commands.judging import (
    INTERRUPTED,
    check_judging,
    checked,
    mark_known,
    policy_of,
    provider_options,
    report_verdict,
)
from crm_contracts.commands.options import FILE, shard_option
from crm_contracts.commands.value_completion import phases
from crm_contracts.report.output import run_all
from crm_mocks.cli.finite_range import FiniteRange
from crm_mocks.cli.progress import progress
from crm_mocks.cli.serving_options import set_option
from crm_mocks.cli.stopping import interrupted_by_all_signals
from crm_mocks.cli.vendor_options import VENDOR
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean

if TYPE_CHECKING:
    from crm_contracts.providers.verify.options import VerifyOptions
    from crm_contracts.providers.verify.verification import VerifyResult

_FIDELITY: Final = "docs/fidelity"


@click.command("verify")
@click.argument("vendor", type=VENDOR)
@click.option(
    "--url", required=True, metavar="URL", help="Base URL of the provider, to which the contract's paths are appended."
)
@click.option("--safe", is_flag=True, help="Send only requests that create nothing.")
@click.option("--tag", default="", metavar="TEXT", help="Mark created records, so that they can be found and deleted.")
@click.option("--rate", metavar="N/s", help="Maximum rate of requests, such as 5/s, 100/m or 1000/h.")
@click.option(
    "--timeout",
    type=FiniteRange(0, 3600, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds until a response must be complete.",
)
@click.option(
    "--wait",
    type=FiniteRange(0, 3600),
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for the provider to accept connections.",
)
@click.option(
    "--phases",
    metavar="NAMES",
    shell_complete=phases,
    help="Any of scenarios,examples,coverage,fuzzing,stateful.  [default: all]",
)
@click.option(
    "--examples", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Cases per operation and phase."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the cases.")
@click.option(
    "--ca-file", type=FILE, metavar="FILE", help="Trusted certificate authorities instead of the default ones (PEM)."
)
@click.option("--config", type=FILE, metavar="FILE", help="Settings, as for crm-mocks serve.")
@set_option(" to match the provider")
@click.option(
    "--data", "data_file", type=FILE, metavar="FILE", help="The provider's reference data, such as known accounts."
)
@shard_option
@credential_options
@click.option(
    "--update-fidelity",
    is_flag=False,
    flag_value=_FIDELITY,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="[FOLDER]",
    help=f"Write the results to FOLDER/<vendor>.md.  [{_FIDELITY}]",
)
@provider_options
def command(**options: Any) -> int:
    """Check a real provider, such as VENDOR's sandbox, against the contract of VENDOR's mock.

    Runs the vendor's scenarios, and sends valid and invalid requests to every operation with schemathesis. The exit
    code is 1 if a response breaks the contract or nothing could be checked, and 130 after Ctrl-C.
    """
    from crm_contracts.providers.verify.verification import verify

    check_judging(options)
    verify_options = _verify_options(options)
    with interrupted_by_all_signals():
        with progress("verify") as shown:
            result = verify(verify_options, lambda now: shown.show(now.requests, units="requests", note=now.note))
        return _finish(result, options)


def _verify_options(options: dict[str, Any]) -> VerifyOptions:
    """Return the options of the verification.

    Raises:
        UsageError: an option is invalid.
    """
    from crm_contracts.providers.verify.address import base_url
    from crm_contracts.providers.verify.options import VerifyOptions
    from crm_contracts.providers.verify.rate_limit import interval
    from crm_mocks.cli.inputs import load_settings
    from crm_mocks.vendor import load_vendor

    vendor = load_vendor(options["vendor"])
    credentials = credentials_of(vendor.name, vendor.credentials or ("username", "password"), options)
    settings = load_settings(options["config"], options["assignments"], (vendor.name,))
    others = sorted(key for key in settings if key.partition(".")[0] != vendor.name)
    if others:
        raise UsageError(f"'{others[0]}' is not a setting of {vendor.name}")
    return VerifyOptions(
        vendor.name,
        base_url(options["url"]),
        credentials or dict(vendor.credentials),
        settings={key.partition(".")[2]: value for key, value in settings.items()},
        phases=_phases(options["phases"]),
        policy=policy_of(options),
        seconds=options["timeout"],
        interval=interval(options["rate"]) if options["rate"] else 0.0,
        data=_data(vendor.name, options["data_file"]),
        **{name: options[name] for name in ("examples", "seed", "safe", "tag", "ca_file", "wait", "shard")},
    )


def _data(vendor: str, path: Path | None) -> Mapping[str, Any]:
    from crm_contracts.providers.verify.sample_requests import check_data
    from crm_mocks.parsing.user_files import read_data_file

    return {} if path is None else check_data(vendor, read_data_file(path, "--data"))


def _phases(names: str | None) -> tuple[str, ...]:
    from crm_contracts.providers.verify.options import ALL_PHASES

    if names is None:
        return ALL_PHASES
    phases = [name.strip() for name in names.split(",")]
    unknown = [name for name in phases if name not in ALL_PHASES]
    if unknown:
        raise UsageError(
            f"unknown phase '{unknown[0]}'{did_you_mean(unknown[0], ALL_PHASES)}: there are {', '.join(ALL_PHASES)}"
        )
    return tuple(phases)


def _finish(result: VerifyResult, options: dict[str, Any]) -> int:
    """Report the verdict and update the fidelity page; return the exit code."""
    from crm_contracts.judge.baseline import write_baseline
    from crm_contracts.providers.verify.broken_rules import merged_by_rule, with_shared_rules
    from crm_contracts.providers.verify.fidelity import update

    verdict = mark_known(result.verdict, options)
    verdict = checked(verdict, {**options, "allow_no_requests": options["allow_no_requests"] or bool(result.idle)})
    steps = []
    if options["write_baseline"] is not None:  # of single operations, which may be mended one by one
        steps.append(partial(write_baseline, options["write_baseline"], verdict))
    if options["update_fidelity"] is not None:
        steps.append(partial(update, options["update_fidelity"], verdict, options["vendor"]))
    shown = (merged_by_rule if options["shard"].is_whole else with_shared_rules)(verdict, result.contract)
    steps.append(partial(report_verdict, shown, {**options, "write_baseline": None}, "verify"))
    code = run_all(steps, INTERRUPTED if result.interrupted else verdict.exit_code())
    if result.idle:
        click.echo(f"crm-mocks: {result.idle}", err=True)
    return code
