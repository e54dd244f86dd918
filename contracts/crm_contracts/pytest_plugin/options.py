"""Options of the plugin, on the command line and in the ini file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from crm_mocks.bounded_numbers import parse_digits
from crm_mocks.errors import UsageError
from crm_mocks.vendor_sources import VendorSources, activate, configured_folders, forget_sources

ALLOW_NO_REQUESTS: Final = "--crm-mocks-allow-no-requests"
BESIDE: Final = "beside"
REPORTS: Final = ("html", "json", "junit", "markdown")

_INI: Final[tuple[tuple[str, Any, Any, str], ...]] = (
    ("crm_mocks_seed", "string", "0", "seed of all generated values"),
    ("crm_mocks_workers", "string", "auto", "worker processes of the mocks"),
    ("crm_mocks_now", "string", "", "time at which the clock of each test is stopped, ISO 8601"),
    ("crm_mocks_config", "string", "", "settings file, relative to the ini file"),
    ("crm_mocks_contracts", "args", [], "contracts to serve as [NAME=]FILE[@/prefix], relative to the ini file"),
    ("crm_mocks_vendor_dir", "args", [], "folders of vendors, relative to the ini file; default: as for crm-mocks"),
    ("crm_mocks_set", "args", [], "settings as <vendor>.<setting>=<value>"),
    ("crm_mocks_vendors", "args", [], "vendors to compute coverage for; default: those called"),
    (
        "crm_mocks_allow",
        "args",
        [],
        "violations allowed in all tests, as <vendor>.<operation>:<outcome, status or rule>",
    ),
    ("crm_mocks_baseline", "string", "", "baseline of known findings, relative to the ini file"),
    ("crm_mocks_journal", "string", "", "file that exchanges are appended to as they happen, relative to the ini file"),
    ("crm_mocks_ignore_retry_after", "bool", False, "do not fail on retries before Retry-After has elapsed"),
    ("crm_mocks_strict", "bool", False, "also fail on findings that rest on assumptions"),
    ("crm_mocks_allow_no_requests", "bool", False, "pass although no request came"),
)


def add(parser: pytest.Parser) -> None:
    """Register the options."""
    group = parser.getgroup("crm-mocks", "mock CRM servers")
    group.addoption(
        "--crm-mocks-fail-under", type=float, metavar="N", help="Fail if less than N %% of the outcomes are covered."
    )
    group.addoption(
        "--crm-mocks-strict",
        action="store_true",
        help="Also fail on findings that rest on assumptions, which no document states.",
    )
    group.addoption(
        ALLOW_NO_REQUESTS,
        action="store_true",
        help="Pass although tests took fixtures and no request came.",
    )
    group.addoption(
        "--crm-mocks-ignore-retry-after",
        action="store_true",
        help="Do not fail tests whose client retries before Retry-After has elapsed.",
    )
    group.addoption(
        "--crm-mocks-journal",
        metavar="FILE",
        help="Append each exchange to this file as it happens, without credentials, so that a crash loses none.",
    )
    for form in REPORTS:
        group.addoption(f"--crm-mocks-{form}", metavar="FILE", help=f"Write the verdict as {form.upper()}.")
    group.addoption(
        "--crm-mocks-report-assets",
        choices=["inline", BESIDE],
        default="inline",
        help="Where --crm-mocks-html puts style and script: beside is for servers that refuse them inline.",
    )
    for name, kind, default, description in _INI:
        parser.addini(name, f"crm-mocks: {description}", kind, default)


class PluginOptions(msgspec.Struct, frozen=True):
    """Options of a test run.

    Attributes:
        seed, now, config, assignments: as for `crm-mocks serve`.
        workers: number of workers of the server; `None` for what helps.
        sources: where vendors come from.
        vendors, allow, baseline: as for `crm-mocks run`.
        strict: findings that rest on assumptions fail receivers.
        fail_under: minimum coverage in percent, or `None`.
        allow_no_requests: a run without requests passes.
        journal: file that exchanges are appended to, or `None`.
        reports: report files by format.
        beside: style, script and icon of the HTML report are in files beside it.
    """

    seed: int = 0
    now: str | None = None
    config: Path | None = None
    assignments: tuple[str, ...] = ()
    workers: int | None = None
    sources: VendorSources = msgspec.field(default_factory=VendorSources)
    vendors: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    baseline: Path | None = None
    strict: bool = False
    fail_under: float | None = None
    allow_no_requests: bool = False
    journal: Path | None = None
    reports: dict[str, Path] = msgspec.field(default_factory=dict)
    beside: bool = False

    @classmethod
    def read(cls, config: pytest.Config) -> PluginOptions:
        """Read the options.

        Raises:
            pytest.UsageError: an option is invalid, or a report cannot be written or would replace another file.
        """
        seed = config.getini("crm_mocks_seed")
        try:
            number = int(seed)
        except ValueError:
            raise pytest.UsageError(f"crm_mocks_seed: '{seed}' is not a whole number") from None
        options = cls(
            seed=number,
            now=config.getini("crm_mocks_now") or None,
            config=_file(config, "crm_mocks_config"),
            assignments=tuple(config.getini("crm_mocks_set")),
            workers=_workers(config.getini("crm_mocks_workers")),
            sources=_sources(config),
            vendors=tuple(config.getini("crm_mocks_vendors")),
            allow=(*config.getini("crm_mocks_allow"), *_ignored(config)),
            baseline=_file(config, "crm_mocks_baseline"),
            strict=config.getoption("--crm-mocks-strict") or config.getini("crm_mocks_strict"),
            fail_under=config.getoption("--crm-mocks-fail-under"),
            allow_no_requests=config.getoption(ALLOW_NO_REQUESTS) or config.getini("crm_mocks_allow_no_requests"),
            journal=_journal(config),
            reports=dict(_reports(config)),
            beside=config.getoption("--crm-mocks-report-assets") == BESIDE,
        )
        options._check_files()
        return options

    def _check_files(self) -> None:
        """Check that no file is written that is read, or written as something else too.

        Raises:
            pytest.UsageError: one is.
        """
        written = [(f"--crm-mocks-{form}", str(path)) for form, path in self.reports.items()]
        if self.journal is not None:
            written.append(("--crm-mocks-journal", str(self.journal)))
        if not written:
            return
        from crm_mocks.files.distinct import require_distinct

        files = (("crm_mocks_config", self.config), ("crm_mocks_baseline", self.baseline))
        read = [(name, str(path)) for name, path in files if path is not None]
        read += [(f"the contract {each.name}", str(each.path)) for each in self.sources.contracts]
        try:
            require_distinct(read, written)
        except UsageError as error:
            raise pytest.UsageError(f"crm-mocks: {error}") from None


def _workers(value: str) -> int | None:
    """Return the number of workers, or `None` for `auto`.

    Raises:
        pytest.UsageError: it is neither.
    """
    if value == "auto":
        return None
    from crm_mocks.workers.cores import MOST_WORKERS

    number = parse_digits(value)
    if number is None or not 1 <= number <= MOST_WORKERS:
        raise pytest.UsageError(f"crm_mocks_workers: '{value}' is not a number from 1 to {MOST_WORKERS}, or auto")
    return number


def _sources(config: pytest.Config) -> VendorSources:
    """Return the sources of vendors, and make them those of this process.

    Raises:
        pytest.UsageError: a contract or a folder does not exist.
    """
    base = config.inipath.parent if config.inipath is not None else config.rootpath
    try:
        folders = config.getini("crm_mocks_vendor_dir") or configured_folders(config.rootpath)
        sources = VendorSources.parse(config.getini("crm_mocks_contracts"), folders, base=base)
    except UsageError as error:
        raise pytest.UsageError(f"crm-mocks: {error}") from None
    config.add_cleanup(forget_sources())
    activate(sources)
    return sources


def _ignored(config: pytest.Config) -> tuple[str, ...]:
    """Return the name of the allow-list that ignores early retries, if that is requested."""
    is_ignored = config.getoption("--crm-mocks-ignore-retry-after") or config.getini("crm_mocks_ignore_retry_after")
    return ("*:retry-after",) if is_ignored else ()


def _file(config: pytest.Config, name: str) -> Path | None:
    value: str = config.getini(name)
    if not value:
        return None
    path = (config.inipath.parent if config.inipath is not None else config.rootpath) / value
    if not path.is_file():
        raise pytest.UsageError(f"{name}: no such file: {path}")
    return path


def _journal(config: pytest.Config) -> Path | None:
    option: str | None = config.getoption("--crm-mocks-journal")
    ini: str = config.getini("crm_mocks_journal")
    if option is not None:
        return config.invocation_params.dir / str(option)
    return (config.inipath.parent if config.inipath is not None else config.rootpath) / ini if ini else None


def _reports(config: pytest.Config) -> Iterator[tuple[str, Path]]:
    for form in REPORTS:
        value = config.getoption(f"--crm-mocks-{form}")
        if value is not None:
            path = config.invocation_params.dir / value
            if not path.parent.is_dir() or path.is_dir():
                raise pytest.UsageError(f"--crm-mocks-{form}: {path} cannot be written")
            yield form, path
