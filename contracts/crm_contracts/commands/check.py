"""`crm-mocks check`: check clients and providers in recorded traffic."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from crm_contracts.commands.judging import (
    check_judging,
    ignore_retry_after_option,
    mark_known,
    policy_of,
    provider_options,
    report_verdict,
)
from crm_contracts.commands.options import FILE
from crm_contracts.report.output import run_all
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.judge.collector import Collector
    from crm_contracts.judge.verdict import Verdict

_TITLE: Final = "Recorded traffic"


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=FILE)
@click.option(
    "--vendor", "vendors", multiple=True, metavar="VENDOR", help="Check only against this contract; repeatable."
)
@click.option("--base-url", metavar="URL", help="Base URL of the provider; other requests are ignored.")
@click.option("--config", type=FILE, metavar="FILE", help="Settings in YAML or JSON, a section per vendor.")
@click.option("--set", "assignments", multiple=True, metavar="KEY=VALUE", help="Set <vendor>.<setting>; repeatable.")
@ignore_retry_after_option
@provider_options
def command(files: tuple[Path, ...], **options: Any) -> int:
    """Check recorded requests and responses against the contracts, and show whether client or provider is at fault.

    FILE is a HAR, a VCR cassette, or the output of GET /__admin/requests. Requests are matched by method and path,
    whatever their host and path prefix. The exit code is 1 if a contract was broken.
    """
    check_judging(options)
    collector = _collector(options)
    steps: list[Callable[[], None]] = [partial(_add, collector, path) for path in files]
    run_all([*steps, lambda: report_verdict(_verdict(collector, options), options, "check")])
    return _verdict(collector, options).exit_code()


def _verdict(collector: Collector, options: dict[str, Any]) -> Verdict:
    """Return the verdict, with a complaint if nothing was checked, for instance because of a wrong URL.

    Without `--vendor`, it covers the vendors that were called.
    """
    if not collector.verdict().is_checked:
        collector.complain("Nothing was checked: no request matches an operation of the contracts.")
    verdict = collector.verdict() if options["vendors"] else collector.verdict().without_uncalled_vendors()
    return mark_known(verdict, options)


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


def _add(collector: Collector, path: Path) -> None:
    """Judge the exchanges of a file, up to the first unreadable one.

    Raises:
        UsageError: the file or one of its exchanges cannot be read.
    """
    from crm_contracts.recordings import read

    collector.add_subject(str(path))
    try:
        for exchange in read(path):
            collector.add(exchange)
    except UsageError as error:
        collector.complain(str(error))
        raise
