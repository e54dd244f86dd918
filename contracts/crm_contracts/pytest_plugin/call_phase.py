"""The end of a test's call: a client that broke the contract fails the test itself."""

from __future__ import annotations

import pytest

from crm_contracts.pytest_plugin.test_run import TestRun
from crm_mocks.errors import CrmMocksError


def failure_of(test: pytest.Item, run: TestRun) -> str:
    """Return what the client of a test broke, as a message; empty if nothing.

    Args:
        test: a test whose call has ended.
        run: the test run, with the sessions that are open.
    """
    messages = []
    for session in run.judged_sessions:
        try:
            messages.append(session.failure(test))
        except CrmMocksError as error:
            messages.append(f"crm-mocks: {error}")
    return "\n\n".join(filter(None, messages))


def add_failure(test: pytest.Item, run: TestRun, error: BaseException) -> None:
    """Add what the client broke to the report of a test that failed for another reason.

    Args:
        test: a test whose call has ended.
        run: the test run, with the sessions that are open.
        error: the exception that ended the call; a skipped test fails nonetheless.
    """
    failure = failure_of(test, run)
    if failure and isinstance(error, pytest.skip.Exception):
        pytest.fail(failure, pytrace=False)
    if failure:
        test.add_report_section("call", "crm-mocks", failure)
