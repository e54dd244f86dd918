"""`crm-mocks verify`: a real provider held to the contract."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crm_contracts.commands.credentials import credential_options, credentials_of
from crm_contracts.commands.judging import check_judging, conclude, policy_of, provider_options, settled
from crm_contracts.commands.options import FILE
from crm_contracts.report.output import run_all
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.providers.verify.verification import VerifyOptions, VerifyResult

_FIDELITY: Final = "docs/fidelity"


@click.command("verify")
@click.argument("vendor")
@click.option("--url", required=True, metavar="URL", help="The provider; the contract's paths are put behind it.")
@click.option("--safe", is_flag=True, help="Send only what creates nothing.")
@click.option("--tag", default="", metavar="TEXT", help="Mark what is created, so that it can be found and removed.")
@click.option("--rate", metavar="N/s", help="At most so many requests, such as 5/s, 100/m or 1000/h.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 3600, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds in which each answer must be there, whole.",
)
@click.option("--phases", metavar="NAMES", help="Of scenarios,examples,coverage,fuzzing,stateful.  [default: all]")
@click.option(
    "--examples", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Cases per operation and phase."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed of the cases.")
@click.option("--ca-file", type=FILE, metavar="FILE", help="Authorities to trust in place of the usual ones, in PEM.")
@click.option("--config", type=FILE, metavar="FILE", help="Settings, as of crm-mocks serve.")
@click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="What the provider is like, <vendor>.<setting>."
)
@credential_options
@click.option(
    "--update-fidelity",
    is_flag=False,
    flag_value=_FIDELITY,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="[FOLDER]",
    help=f"Write what was found to FOLDER/<vendor>.md.  [{_FIDELITY}]",
)
@provider_options
def command(**options: Any) -> int:
    """Hold a real provider, such as VENDOR's sandbox, to the contract of VENDOR's mock.

    It plays the vendor's scenarios, and lets schemathesis send cases of every operation, good and bad ones. The exit
    code is 1 if an answer breaks the contract.
    """
    from crm_contracts.providers.verify.verification import verify

    check_judging(options)
    asked = _asked(options)
    with _ended_by_sigterm_as_by_ctrl_c():
        verified = verify(asked)
    return _end(verified, options)


@contextmanager
def _ended_by_sigterm_as_by_ctrl_c() -> Iterator[None]:
    """Have SIGTERM raise `KeyboardInterrupt`: what was seen until then is told, and no file with credentials stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _asked(options: dict[str, Any]) -> VerifyOptions:
    """Return what the command line asks for.

    Raises:
        UsageError: something in it is wrong.
    """
    from crm_contracts.providers.verify.address import base_url
    from crm_contracts.providers.verify.rate_limit import interval
    from crm_contracts.providers.verify.verification import VerifyOptions
    from crm_mocks.cli.inputs import load_settings
    from crm_mocks.vendor import load_vendor

    vendor = load_vendor(options["vendor"])
    given = credentials_of(vendor.name, vendor.credentials or ("username", "password"), options)
    settings = load_settings(options["config"], options["assignments"], (vendor.name,))
    others = sorted(key for key in settings if key.partition(".")[0] != vendor.name)
    if others:
        raise UsageError(f"the setting '{others[0]}' is none of {vendor.name}")
    return VerifyOptions(
        vendor.name,
        base_url(options["url"]),
        given or dict(vendor.credentials),
        settings={key.partition(".")[2]: value for key, value in settings.items()},
        phases=_phases(options["phases"]),
        policy=policy_of(options),
        seconds=options["timeout"],
        interval=interval(options["rate"]) if options["rate"] else 0.0,
        **{name: options[name] for name in ("examples", "seed", "safe", "tag", "ca_file")},
    )


def _phases(names: str | None) -> tuple[str, ...]:
    from crm_contracts.providers.verify.verification import ALL_PHASES

    if names is None:
        return ALL_PHASES
    wanted = [name.strip() for name in names.split(",")]
    unknown = [name for name in wanted if name not in ALL_PHASES]
    if unknown:
        raise UsageError(f"--phases: there is no '{unknown[0]}', but {', '.join(ALL_PHASES)}")
    return tuple(wanted)


def _end(verified: VerifyResult, options: dict[str, Any]) -> int:
    """Print the verdict, and write what is wanted; return the exit code."""
    from crm_contracts.providers.verify.fidelity import update

    verdict = settled(verified.verdict, options)
    steps = [partial(conclude, verdict, options, "verify")]
    if options["update_fidelity"] is not None:
        steps.append(partial(update, options["update_fidelity"], verdict, options["vendor"]))
    run_all(steps)
    for remark in verified.remarks:
        click.echo(f"crm-mocks: {remark}", err=True)
    return verdict.exit_code()
