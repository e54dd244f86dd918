"""`crm-mocks check`: check clients and providers in recorded traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from crm_contracts.commands.judging import (
    check_judging,
    checked,
    ignore_retry_after_option,
    mark_known,
    policy_of,
    provider_options,
    report_verdict,
)
from crm_contracts.commands.options import FILE
from crm_mocks.cli.progress import Progress, progress
from crm_mocks.cli.serving_options import set_option
from crm_mocks.cli.streams import complain
from crm_mocks.cli.vendor_options import VENDOR
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.judge.collector import Collector
    from crm_contracts.judge.verdict import Verdict

_TITLE: Final = "Recorded traffic"


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@click.option(
    "--vendor",
    "vendors",
    multiple=True,
    type=VENDOR,
    metavar="VENDOR",
    help="Check only against this contract; repeatable.",
)
@click.option("--base-url", metavar="URL", help="Base URL of the provider; other requests are ignored.")
@click.option("--config", type=FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor.")
@set_option()
@ignore_retry_after_option
@provider_options
def command(files: tuple[Path, ...], **options: Any) -> int:
    """Check recorded requests and responses against the contracts, and show whether client or provider is at fault.

    FILE is a HAR, a VCR cassette, a --journal, the output of GET /__admin/requests, or a Postman collection. Requests
    are matched by method and path, whatever their host and path prefix. The exit code is 1 if a contract was broken or
    nothing was checked, and 2 if nothing in a file could be read.
    """
    check_judging(options)
    with progress("check") as shown:
        collector = _collector(options)
        reading: Iterator[Callable[[], None]] = (
            partial(_add, collector, path, partial(_show, shown, files, number)) for number, path in enumerate(files)
        )
        unreadable = _errors(reading)
        verdict = _verdict(collector, options, is_read=not unreadable)
    unwritable = _errors([partial(report_verdict, verdict, options, "check")])
    errors = (*unreadable, *unwritable)
    if errors and not verdict.failing:
        raise UsageError("; ".join(errors))
    for error in errors:
        complain(error)
    return verdict.exit_code()


def _errors(steps: Iterable[Callable[[], None]]) -> tuple[str, ...]:
    """Run all steps; return the usage errors."""
    errors = []
    for step in steps:
        try:
            step()
        except UsageError as error:
            errors.append(str(error))
    return tuple(errors)


def _verdict(collector: Collector, options: dict[str, Any], *, is_read: bool) -> Verdict:
    """Return the verdict. Without `--vendor`, it covers the vendors that were called.

    Args:
        collector: collector with the exchanges.
        options: options of the command.
        is_read: whether all files could be read; if not, that explains that nothing was checked.
    """
    verdict = collector.verdict() if options["vendors"] else collector.verdict().without_uncalled_vendors()
    verdict = mark_known(verdict, options)
    cause = "their paths differ from the contract's" if verdict.exchanges else "the recorder was not running"
    return checked(verdict, options, cause) if is_read else verdict


def _collector(options: dict[str, Any]) -> Collector:
    from crm_contracts.judge.collector import Collector
    from crm_contracts.judge.exchange_judge import ExchangeJudge
    from crm_mocks.cli.inputs import load_settings

    base_url = options["base_url"] or ""
    if base_url and not _is_url(base_url):
        raise UsageError(f"--base-url {base_url}: not a URL such as https://crm.example.com/api")
    settings = load_settings(options["config"], options["assignments"], options["vendors"])
    judge = ExchangeJudge(options["vendors"], settings, base_url)
    return Collector(judge, _TITLE, policy=policy_of(options))


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _show(shown: Progress, files: tuple[Path, ...], number: int) -> None:
    """Count an exchange of a file; the time left is that of the files after it."""
    shown.count("exchanges", note=f"file {number + 1} of {len(files)}", fraction=number / len(files))


def _add(collector: Collector, path: Path, count: Callable[[], None]) -> None:
    """Judge the exchanges of a file, and call a function after each.

    Raises:
        UsageError: the file cannot be read, or none of its exchanges.
    """
    from crm_contracts.recordings import read

    collector.add_subject(str(path))
    try:
        for exchange in read(path, collector.note_unread):
            collector.add(exchange)
            count()
    except UsageError as error:
        collector.complain(str(error))
        raise
