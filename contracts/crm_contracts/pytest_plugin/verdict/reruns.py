"""Tests that pytest-rerunfailures runs again."""

from __future__ import annotations

import pytest

from crm_contracts.pytest_plugin.test_run import TestRun


class RerunHooks:
    """Hooks that leave out what a test sent before it is run again: its last run counts."""

    def __init__(self, run: TestRun) -> None:
        self._run = run

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Discard the sessions of a test that is run again."""
        if str(report.outcome) == "rerun":
            self._run.discard(report.nodeid)
