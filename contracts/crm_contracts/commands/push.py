"""`crm-mocks push`: a CRM that sends, pushing to a receiver."""

from __future__ import annotations

from functools import partial
from itertools import count, cycle, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from crm_contracts.commands.credentials import credential_options, credentials_of
from crm_contracts.commands.judging import check_judging, conclude, policy_of, provider_options, settled
from crm_contracts.commands.options import FILE
from crm_contracts.report.output import attempt
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm_contracts.providers.push.pusher import Pusher


@click.command("push")
@click.argument("vendor")
@click.option("--to", metavar="URL", help="The receiver's URL, whole.")
@click.option("--examine", is_flag=True, help="Send everything that a receiver has to bear, and what it must refuse.")
@click.option("--case", "cases", multiple=True, metavar="NAME", help="Examine with this case only; repeatable.")
@click.option("--list-cases", is_flag=True, help="List the cases, and send nothing.")
@click.option("--file", type=FILE, metavar="FILE", help="Send what stands here: JSON, one lead or a list.")
@click.option("--as-written", is_flag=True, help="With --file, leave out the keys that are not there.")
@click.option("--generated", is_flag=True, help="Send generated leads, not the documents' example.")
@click.option("--count", "number", type=click.IntRange(1, 1_000_000), metavar="N", help="Send so many.")
@click.option("--rate", metavar="N/s", help="At this rate, such as 5/s or 100/m, waiting for no answer.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 3600, min_open=True),
    default=10.0,
    show_default=True,
    help="Seconds in which each answer must be there, whole.",
)
@click.option("--lookup", metavar="URL", help="Where a lead that was accepted can be found, with {id} in it.")
@click.option("--ca-file", type=FILE, metavar="FILE", help="Authorities to trust in place of the usual ones, in PEM.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of all generated values.")
@click.option("--now", metavar="ISO8601", help="Generate leads of this moment; with --seed, always the same.")
@click.option("--config", type=FILE, metavar="FILE", help="Settings, as of crm-mocks serve.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable.")
@credential_options
@provider_options
def command(**options: Any) -> int:
    """Play VENDOR's CRM, which sends by itself: push to a receiver, and hold its answers to the contract.

    Without further options it sends the lead of the documents, once. The exit code is 1 if an answer breaks the
    contract.
    """
    _hold_together(options)
    if options["list_cases"]:
        _list(options)
        return 0
    check_judging(options)
    with _pusher(options) as pusher:
        return _carry_out(pusher, options)


def _hold_together(options: dict[str, Any]) -> None:
    """Refuse options that say nothing together, or too little."""
    if options["to"] is None and not options["list_cases"]:
        raise UsageError("--to is missing: give the receiver's URL")
    examines = options["examine"] or bool(options["cases"])
    sends = [f"--{name}" for name in ("file", "generated", "rate") if options[name]]
    sends += ["--count"] if options["number"] else []
    if examines and sends:
        raise UsageError(f"an examination has its own leads: leave {sends[0]} out")
    if options["file"] and options["generated"]:
        raise UsageError("give --file or --generated, not both")
    if options["as_written"] and not options["file"]:
        raise UsageError("--as-written is about --file, which is missing")


def _pusher(options: dict[str, Any]) -> Pusher:
    from crm_contracts.providers.push import to_url
    from crm_mocks.asgi.loopback import is_loopback

    pusher = to_url(options["vendor"], options["to"], ca_file=options["ca_file"], **_asked(options))
    parts = urlsplit(pusher.url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        click.echo("crm-mocks: credentials are sent without TLS: use this for tests only", err=True)
    return pusher


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """Return what is asked beside the receiver, files and environment read."""
    from crm_mocks.cli.inputs import load_settings
    from crm_mocks.vendor.sender import sender_type

    vendor = options["vendor"]
    return {
        "settings": load_settings(options["config"], options["assignments"], (vendor,)),
        "policy": policy_of(options),
        "credentials": credentials_of(vendor, sender_type(vendor).credentials, options),
        **{name: options[name] for name in ("seed", "now", "timeout", "lookup")},
    }


def _list(options: dict[str, Any]) -> None:
    """Print the cases with what they are about."""
    from crm_contracts.providers.push.target import PushOptions, make_sender

    cases = list(make_sender(options["vendor"], PushOptions(**_asked(options))).cases())
    longest = max(len(case.name) for case in cases)
    for case in cases:
        click.echo(f"{case.name.ljust(longest)}  {case.about}")


def _carry_out(pusher: Pusher, options: dict[str, Any]) -> int:
    """Send, print, and write the reports, also when it is interrupted."""
    from crm_contracts.providers.push.progress import examine, send

    def work() -> None:
        try:
            if options["examine"] or options["cases"]:
                examine(pusher, options["cases"], click.echo)
            else:
                send(pusher, _records(pusher, options), _seconds(options["rate"]), click.echo)
        except KeyboardInterrupt:
            pusher.complain("it was interrupted")

    attempt([work, partial(_end, pusher, options)])
    return settled(pusher.verdict(), options).exit_code()


def _end(pusher: Pusher, options: dict[str, Any]) -> None:
    """Print the verdict and write the reports, if anything was sent."""
    verdict = settled(pusher.verdict(), options)
    if verdict.exchanges:
        click.echo()
        conclude(verdict, options, "push")


def _records(pusher: Pusher, options: dict[str, Any]) -> Iterator[Any]:
    """Yield what is to be sent, as it is sent."""
    number = options["number"]
    if options["file"] is not None:
        from crm_contracts.providers.push.records import read

        records = read(options["file"])
        complete = (lambda record: record) if options["as_written"] else pusher.sender.completed
        yield from map(complete, islice(cycle(records), number or len(records)))
    elif options["generated"] or (number or 1) > 1:
        yield from map(pusher.generated, islice(count(1), number or 1))
    else:
        yield pusher.example()


def _seconds(rate: str | None) -> float:
    """Return the seconds between two requests."""
    from crm_contracts.providers.verify.rate_limit import interval

    return interval(rate) if rate is not None else 0.0
