"""Run a generated test, which must fail as long as the client is not fixed."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from crm_contracts.clients import process
from crm_contracts.clients.programs import DeadlineReached
from crm_mocks.vendor_sources import VendorSources, active

_OWN_FAILURES: Final = ("AssertionError", "assert ", "subprocess.TimeoutExpired")
"""Beginnings of the messages of a generated test; others are about the contract or the environment."""

_BROKEN_CONTRACT: Final = "the client broke the contract"
_START_SECONDS: Final = 60.0


class TestOutcome(Enum):
    """What a test said of the client."""

    __test__ = False  # pytest collects classes of this name

    FAILED = auto()
    PASSED = auto()
    ERROR = auto()


def run_generated_test(path: Path, seconds: float, deadline: float | None, *, by_contract: bool = False) -> TestOutcome:
    """Run a generated test under pytest, with no plugin but that of crm-mocks and no configuration.

    Args:
        path: file of the test.
        seconds: time limit of the client.
        deadline: monotonic time at which the campaign ends, if any.
        by_contract: a broken contract counts as the failure.

    Raises:
        DeadlineReached: the deadline was over before the test ended.
        UsageError: pytest cannot be run.
    """
    limit = time.monotonic() + seconds + _START_SECONDS
    until = limit if deadline is None else min(limit, deadline)
    if until <= time.monotonic():
        raise DeadlineReached
    with tempfile.TemporaryDirectory(prefix="crm-mocks-fuzz-test-") as folder:
        report = Path(folder, "junit.xml")
        options = ("-q", "-c", os.devnull, "--rootdir", folder, "--noconftest", "-p", "no:cacheprovider")
        command = (
            sys.executable,
            "-m",
            "pytest",
            *options,
            "-p",
            "crm_contracts.pytest_plugin",
            f"--junitxml={report}",
            *_vendor_settings(active()),
        )
        pytest = process.start(
            (*command, str(path)),
            _environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(pytest, until - time.monotonic())
        except subprocess.TimeoutExpired:
            if until == deadline:
                raise DeadlineReached from None
        finally:
            process.stop(pytest)
        return _outcome(report, by_contract=by_contract)


def _vendor_settings(sources: VendorSources) -> Iterator[str]:
    """Yield the options of pytest that give the test the vendors of this process."""
    values = {
        "crm_mocks_contracts": (*sources.contracts, *sources.vendors),
        "crm_mocks_vendor_dir": sources.folders,
    }
    for name, entries in values.items():
        if entries:
            yield from ("-o", f"{name}={shlex.join(map(str, entries))}")


def _environment(parent: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in parent.items() if not name.startswith(("PYTEST_", "CRM_MOCKS_"))}
    return {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _outcome(report: Path, *, by_contract: bool) -> TestOutcome:
    """Return what a JUnit report says of its only test."""
    try:
        cases = list(ET.parse(report).iter("testcase"))  # noqa: S314  # pytest wrote it just now
    except (OSError, ET.ParseError):
        return TestOutcome.ERROR
    failures = [each.get("message") or "" for case in cases for each in (*case.iter("failure"), *case.iter("error"))]
    if any(each.startswith(_OWN_FAILURES) or (by_contract and _BROKEN_CONTRACT in each) for each in failures):
        return TestOutcome.FAILED
    only_contract = all(_BROKEN_CONTRACT in each for each in failures)
    return TestOutcome.PASSED if cases and only_contract else TestOutcome.ERROR
