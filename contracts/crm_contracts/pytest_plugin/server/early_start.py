"""Start the server while pytest imports the first module whose source takes a served mock, which needs no import."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest

from crm_contracts.pytest_plugin.test_run import TestRun

_LISTING = ("collectonly", "setupplan", "showfixtures", "show_fixtures_per_test")
"""Options with which no test runs."""

_SELECTING = ("keyword", "markexpr", "deselect", "lf", "stepwise")
"""Options with which tests that were collected may not run."""


def any_run(config: pytest.Config) -> bool:
    """Return whether tests run, as far as options can say."""
    return not any(config.getoption(name, None) for name in _LISTING)


def all_collected_run(config: pytest.Config) -> bool:
    """Return whether all tests that are collected will run, as far as options can say."""
    return any_run(config) and not any(config.getoption(name, None) for name in _SELECTING)


def all_of_modules_run(config: pytest.Config) -> bool:
    """Return whether all tests of the modules that are collected will run, as far as options can say."""
    return all_collected_run(config) and not any("::" in argument for argument in config.args)


def served_names(fixtures: Collection[str]) -> list[str]:
    """Return the names of fixtures that open a session on the server: each has one beside it that does not."""
    names = set(fixtures)
    return sorted(name for name in names if f"{name}_offline" in names)


class EarlyStart:
    """Hooks that start the server before modules are imported."""

    def __init__(self, run: TestRun, names: Iterable[str]) -> None:
        """Start nothing yet.

        Args:
            run: the test run.
            names: names of fixtures that open a session on its server.
        """
        self._run = run
        self._parameter = re.compile(rf"[(,]\s*(?:{'|'.join(map(re.escape, names))})\s*[,:)]".encode())

    def pytest_pycollect_makemodule(self, module_path: Path) -> None:
        """Start the server if the source of a module has a parameter with the name of a fixture.

        A wrong guess costs little: without one, the server starts when a test has been collected, and a server that no
        test has needed is ended.
        """
        if not self._run.has_begun_server and self._is_parameter_in(module_path):
            self._run.start_server()

    def _is_parameter_in(self, module: Path) -> bool:
        try:
            return self._parameter.search(module.read_bytes()) is not None
        except OSError:  # the import reports it
            return False
