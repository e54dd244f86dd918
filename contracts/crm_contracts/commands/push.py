"""`crm-mocks push`: act as a CRM that pushes to a receiver."""

from __future__ import annotations

from functools import partial
from itertools import count, cycle, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

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
from crm_contracts.commands.options import FILE
from crm_contracts.commands.value_completion import cases
from crm_contracts.report.output import run_all
from crm_mocks.cli.finite_range import FiniteRange
from crm_mocks.cli.progress import progress
from crm_mocks.cli.serving_options import set_option
from crm_mocks.cli.stopping import interrupted_by_all_signals
from crm_mocks.cli.vendor_options import VENDOR
from crm_mocks.errors import UsageError
from crm_mocks.outside_text import one_line
from crm_mocks.watchdog import watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crm_contracts.judge.verdict import Verdict
    from crm_contracts.providers.push.pusher import Pusher
    from crm_contracts.providers.push.receiver_response import CaseResult


@click.command("push")
@click.argument("vendor", type=VENDOR)
@click.option("--to", metavar="URL", help="Full URL of the receiver.")
@click.option("--update-to", "--to-update", metavar="URL", help="URL for changes of known leads, if it is another one.")
@click.option("--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Additional header; repeatable.")
@click.option("--examine", is_flag=True, help="Send all cases that a receiver must accept or refuse.")
@click.option(
    "--case",
    "--only",
    "cases",
    multiple=True,
    metavar="NAME",
    shell_complete=cases,
    help="Send only this case or pattern, or those that rest on 'documented' responses; repeatable.",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="NAME",
    shell_complete=cases,
    help="With --examine, leave out this case or pattern; repeatable.",
)
@click.option("--list-cases", is_flag=True, help="List the cases without sending anything.")
@click.option("--file", type=FILE, metavar="FILE", help="Send the leads in this JSON file: one lead or a list.")
@click.option("--as-written", is_flag=True, help="With --file, do not add missing keys.")
@click.option("--generated", is_flag=True, help="Send generated leads instead of the documented example.")
@click.option("--count", "number", type=click.IntRange(1, 1_000_000), metavar="N", help="Number of leads to send.")
@click.option("--rate", metavar="N/s", help="Send at this rate, such as 5/s or 100/m, without waiting for responses.")
@click.option(
    "--timeout",
    type=FiniteRange(0, 3600, min_open=True),
    default=10.0,
    show_default=True,
    help="Seconds until a response must be complete.",
)
@click.option(
    "--lookup",
    metavar="URL",
    help="Where to find a stored lead: a URL with {id} for its id, command:COMMAND, or log:FILE:PATTERN.",
)
@click.option(
    "--ca-file", type=FILE, metavar="FILE", help="Trusted certificate authorities instead of the default ones (PEM)."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all generated values.")
@click.option("--now", metavar="ISO8601", help="Time of the generated leads, to reproduce them with --seed.")
@click.option("--config", type=FILE, metavar="FILE", help="Settings, as for crm-mocks serve.")
@set_option()
@credential_options
@provider_options
def command(**options: Any) -> int:
    """Act as VENDOR's CRM: push leads to a receiver, and check its responses against the contract.

    By default, sends the documented example once. The exit code is 1 if a response breaks the contract, or if the
    receiver accepted nothing, and 130 after Ctrl-C or SIGTERM.
    """
    _check_options(options)
    if options["list_cases"]:
        _list(options)
        return 0
    check_judging(options)
    with interrupted_by_all_signals(), watchdog(), _pusher(options) as pusher:
        return _run(pusher, options)


def _check_options(options: dict[str, Any]) -> None:
    """Raise `UsageError` for missing or conflicting options."""
    if options["to"] is None and not options["list_cases"]:
        raise UsageError("--to is missing: specify the receiver's URL")
    examine = options["examine"] or bool(options["cases"])
    if options["skip"] and not examine:
        raise UsageError("--skip needs --examine")
    sends = [f"--{name}" for name in ("file", "generated", "rate") if options[name]]
    sends += ["--count"] if options["number"] else []
    if examine and sends:
        raise UsageError(f"{sends[0]} cannot be combined with --examine or --case, which send their own leads")
    if options["file"] and options["generated"]:
        raise UsageError("--file and --generated cannot be combined")
    if options["as_written"] and not options["file"]:
        raise UsageError("--as-written needs --file")


def _pusher(options: dict[str, Any]) -> Pusher:
    from crm_contracts.providers.push import to_url
    from crm_mocks.asgi.loopback import is_loopback

    pusher = to_url(options["vendor"], options["to"], ca_file=options["ca_file"], **_push_options(options))
    parts = urlsplit(pusher.url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        click.echo("crm-mocks: credentials are sent without TLS: use this for tests only", err=True)
    return pusher


def _push_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords of `PushOptions`."""
    from crm_mocks.cli.inputs import load_settings
    from crm_mocks.vendor.sender import sender_type

    vendor = options["vendor"]
    return {
        "settings": load_settings(options["config"], options["assignments"], (vendor,)),
        "policy": policy_of(options),
        "credentials": credentials_of(vendor, sender_type(vendor).credentials, options),
        "headers": dict(map(_header, options["headers"])),
        **{name: options[name] for name in ("seed", "now", "timeout", "lookup", "update_to")},
    }


def _header(text: str) -> tuple[str, str]:
    """Return name and value of a header."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise UsageError("--header takes 'NAME: VALUE'")
    return name.strip(), value.strip()


def _list(options: dict[str, Any]) -> None:
    """Print the cases with their descriptions."""
    from crm_contracts.providers.push.target import PushOptions, make_sender

    cases = list(make_sender(options["vendor"], PushOptions(**_push_options(options))).cases())
    names = [one_line(case.name) for case in cases]
    longest = max(map(len, names))
    for name, case in zip(names, cases, strict=True):
        click.echo(f"{name.ljust(longest)}  {one_line(case.about)}")


def _run(pusher: Pusher, options: dict[str, Any]) -> int:
    """Send requests and print their results; then report the verdict, even if interrupted."""
    from crm_contracts.providers.push.progress import examine, send

    interrupted = False
    results: list[CaseResult] = []

    def send_all() -> None:
        nonlocal interrupted
        try:
            with progress("push") as shown:
                if options["examine"] or options["cases"]:
                    total = len(pusher.selected(options["cases"], options["skip"]))
                    examined = examine(pusher, options["cases"], shown.say, options["skip"])
                    for result in shown.each(examined, "cases", total):
                        results.append(result)  # noqa: PERF402  # those before Ctrl-C are reported too
                else:
                    records, number = _records(pusher, options)
                    interval = _seconds(options["rate"])
                    send(pusher, shown.each(records, "requests", number), interval, shown.say)
                    pusher.require_accepted()
        except KeyboardInterrupt:
            interrupted = True
            pusher.complain("it was interrupted")

    steps: list[Callable[[], None]] = [send_all, partial(_finish, pusher, options, results)]
    return run_all(steps, lambda: INTERRUPTED if interrupted else _verdict(pusher, options).exit_code())


def _verdict(pusher: Pusher, options: dict[str, Any]) -> Verdict:
    verdict = mark_known(pusher.verdict(), options)
    return checked(verdict, options) if verdict.exchanges else verdict  # an error says why nothing was sent


def _finish(pusher: Pusher, options: dict[str, Any], results: list[CaseResult]) -> None:
    """Report the verdict, and all cases, if anything was sent."""
    from crm_contracts.providers.push.report import cases_section

    verdict = _verdict(pusher, options)
    if verdict.exchanges:
        click.echo()
        report_verdict(verdict, options, "push", (cases_section(results),))


def _records(pusher: Pusher, options: dict[str, Any]) -> tuple[Iterator[Any], int]:
    """Return the records to send, and their number."""
    number = options["number"]
    if options["file"] is not None:
        from crm_contracts.providers.push.records import read

        records = read(options["file"])
        number = number or len(records)
        complete = (lambda record: record) if options["as_written"] else pusher.sender.completed
        return map(complete, islice(cycle(records), number)), number
    number = number or 1
    if options["generated"] or number > 1:
        return map(pusher.generated, islice(count(1), number)), number
    return iter([pusher.example()]), 1


def _seconds(rate: str | None) -> float:
    """Return the interval between requests in seconds."""
    from crm_contracts.providers.verify.rate_limit import interval

    return interval(rate) if rate is not None else 0.0
