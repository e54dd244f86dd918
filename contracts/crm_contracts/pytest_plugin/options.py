"""Options of the plugin: on pytest's command line, and in its ini file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

REPORTS: Final = ("html", "json", "junit", "markdown")

_INI: Final[tuple[tuple[str, Any, Any, str], ...]] = (
    ("crm_mocks_seed", "string", "0", "seed of all generated values"),
    ("crm_mocks_now", "string", "", "moment at which each test's clock stands still, ISO 8601"),
    ("crm_mocks_config", "string", "", "file of settings, relative to the ini file"),
    ("crm_mocks_set", "args", [], "settings as <vendor>.<setting>=<value>"),
    ("crm_mocks_vendors", "args", [], "whose operations coverage is about; else those called"),
    ("crm_mocks_allow", "args", [], "mistakes allowed in all tests, as <vendor>.<operation>:<outcome, status or rule>"),
    ("crm_mocks_baseline", "string", "", "file of known findings, relative to the ini file"),
    ("crm_mocks_strict", "bool", False, "count what rests on assumptions of ours only, too"),
)


def add(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("crm-mocks", "mock CRM servers")
    group.addoption(
        "--crm-mocks-fail-under", type=float, metavar="N", help="Fail when less than N %% of the outcomes are covered."
    )
    group.addoption(
        "--crm-mocks-strict",
        action="store_true",
        help="Hold receivers to assumptions of ours, too, which no document states.",
    )
    for form in REPORTS:
        group.addoption(f"--crm-mocks-{form}", metavar="FILE", help=f"Write the verdict as {form.upper()}.")
    for name, kind, default, about in _INI:
        parser.addini(name, f"crm-mocks: {about}", kind, default)


@dataclass(frozen=True)
class PluginOptions:
    """What the user asked for.

    Attributes:
        seed, now, config, assignments: as of `crm-mocks serve`.
        vendors, allow, baseline: as of `crm-mocks run`.
        strict: hold receivers to assumptions of ours, too.
        fail_under: in percent, or `None`.
        reports: files by format.
    """

    seed: int
    now: str | None
    config: Path | None
    assignments: tuple[str, ...]
    vendors: tuple[str, ...]
    allow: tuple[str, ...]
    baseline: Path | None
    strict: bool
    fail_under: float | None
    reports: dict[str, Path]

    @classmethod
    def read(cls, config: pytest.Config) -> PluginOptions:
        """Read the options.

        Raises:
            pytest.UsageError: one has another form, or a report cannot be written where it is wanted.
        """
        seed = config.getini("crm_mocks_seed")
        try:
            number = int(seed)
        except ValueError:
            raise pytest.UsageError(f"crm_mocks_seed: '{seed}' is no whole number") from None
        return cls(
            seed=number,
            now=config.getini("crm_mocks_now") or None,
            config=_file(config, "crm_mocks_config"),
            assignments=tuple(config.getini("crm_mocks_set")),
            vendors=tuple(config.getini("crm_mocks_vendors")),
            allow=tuple(config.getini("crm_mocks_allow")),
            baseline=_file(config, "crm_mocks_baseline"),
            strict=config.getoption("--crm-mocks-strict") or config.getini("crm_mocks_strict"),
            fail_under=config.getoption("--crm-mocks-fail-under"),
            reports=dict(_reports(config)),
        )


def _file(config: pytest.Config, name: str) -> Path | None:
    named: str = config.getini(name)
    if not named:
        return None
    path = (config.inipath.parent if config.inipath is not None else config.rootpath) / named
    if not path.is_file():
        raise pytest.UsageError(f"{name}: there is no file {path}")
    return path


def _reports(config: pytest.Config) -> Any:
    for form in REPORTS:
        named = config.getoption(f"--crm-mocks-{form}")
        if named is not None:
            path = config.invocation_params.dir / named
            if not path.parent.is_dir() or path.is_dir():
                raise pytest.UsageError(f"--crm-mocks-{form}: {path} cannot be written")
            yield form, path
