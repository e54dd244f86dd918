"""`crm-mocks check`: check clients and providers in recorded traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    from crm_contracts.judge.exchanges.collector import Collector
    from crm_contracts.judge.verdict import Verdict
    from crm_contracts.recordings.journal.settings import JournalSettings

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
        collectors = _Collectors(options)
        reading: Iterator[Callable[[], None]] = (
            partial(_add, collectors, path, partial(_show, shown, files, number)) for number, path in enumerate(files)
        )
        unreadable = _errors(reading)
        verdict = _verdict(collectors, options, is_read=not unreadable)
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


def _verdict(collectors: _Collectors, options: dict[str, Any], *, is_read: bool) -> Verdict:
    """Return the verdict. Without `--vendor`, it covers the vendors that were called.

    Args:
        collectors: collectors with the exchanges.
        options: options of the command.
        is_read: whether all files could be read; if not, that explains that nothing was checked.
    """
    verdict = collectors.verdict() if options["vendors"] else collectors.verdict().without_uncalled_vendors()
    verdict = mark_known(verdict, options)
    cause = "their paths differ from the contract's" if verdict.exchanges else "the recorder was not running"
    return checked(verdict, options, cause) if is_read else verdict


class _Collectors:
    """Collectors of exchanges, one for each settings that they were recorded under.

    Attributes:
        default: the collector for the settings of the command line.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        """Load the contracts.

        Raises:
            UsageError: an option is wrong.
        """
        from crm_mocks.cli.inputs import load_settings

        base_url = options["base_url"] or ""
        if base_url and not _is_url(base_url):
            raise UsageError(f"--base-url {base_url}: not a URL such as https://crm.example.com/api")
        self._base_url = base_url
        self._options = options
        self._given = load_settings(options["config"], options["assignments"], options["vendors"])
        self._by_settings: dict[str, Collector] = {}
        self._by_identity: dict[int, tuple[Mapping[str, Any], Collector]] = {}
        self._runs: JournalSettings | None = None
        self.default = self._with_settings({})

    def of(self, recorded: Mapping[str, Any]) -> Collector:
        """Return the collector for the settings of a journal; those of the command line take precedence.

        Args:
            recorded: the settings; equal ones of a journal are one object.
        """
        if not recorded:
            return self.default
        known = self._by_identity.get(id(recorded))
        if known is None:
            known = self._by_identity[id(recorded)] = recorded, self._of_run(recorded)
        return known[1]

    def _of_run(self, recorded: Mapping[str, Any]) -> Collector:
        from crm_mocks.settings.host import HOST

        if self._runs is None:
            from crm_contracts.recordings.journal.settings import JournalSettings
            from crm_mocks.cli.vendors import load_vendors

            self._runs = JournalSettings(load_vendors(self._options["vendors"]), self.default.note_unread)
        settings = self._runs.of(recorded).changed
        return self._with_settings({key: value for key, value in settings.items() if not key.startswith(f"{HOST}.")})

    def verdict(self) -> Verdict:
        """Return the verdict on all exchanges."""
        from crm_contracts.judge.merge import merge

        return merge(each.verdict() for each in self._by_settings.values())

    def _with_settings(self, recorded: Mapping[str, Any]) -> Collector:
        from crm_contracts.judge.exchanges.collector import Collector
        from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge

        settings = {**recorded, **self._given}
        key = repr(sorted(settings.items()))
        if key not in self._by_settings:
            judge = ExchangeJudge(self._options["vendors"], settings, self._base_url)
            self._by_settings[key] = Collector(judge, _TITLE, policy=policy_of(self._options))
        return self._by_settings[key]


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _show(shown: Progress, files: tuple[Path, ...], number: int) -> None:
    """Count an exchange of a file; the time left is that of the files after it."""
    shown.count("exchanges", note=f"file {number + 1} of {len(files)}", fraction=number / len(files))


def _add(collectors: _Collectors, path: Path, count: Callable[[], None]) -> None:
    """Judge the exchanges of a file, and call a function after each.

    Raises:
        UsageError: the file cannot be read, or none of its exchanges.
    """
    from crm_contracts.recordings.reading import read_with_settings

    collector = collectors.default
    collector.add_subject(str(path))
    try:
        for settings, exchange in read_with_settings(path, collector.note_unread):
            collectors.of(settings).add(exchange)
            count()
    except UsageError as error:
        collector.complain(str(error))
        raise
