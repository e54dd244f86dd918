"""The end of a test's call: a client that broke the contract fails the test itself."""

from __future__ import annotations

import pytest

from crm_contracts.pytest_plugin.test_run import TestRun
from crm_contracts.pytest_plugin.verdict.test_order import ends_with_call
from crm_mocks.errors import CrmMocksError


def fail_if_broken(test: pytest.Item, run: TestRun) -> None:
    """Fail a test whose call has passed if its client broke the contract.

    Args:
        test: the test.
        run: the test run, with the sessions that are open.
    """
    failure = _failure(test, run, is_last=ends_with_call(test))
    if failure and getattr(test, "_excinfo", None):  # a test of unittest, which has failed without an exception
        test.add_report_section("call", "crm-mocks", failure)
    elif failure:
        pytest.fail(failure, pytrace=False)


def add_failure(test: pytest.Item, run: TestRun, error: BaseException) -> None:
    """Add what the client broke to the report of a test whose call has failed; fail a test that was skipped.

    Args:
        test: the test.
        run: the test run, with the sessions that are open.
        error: the exception that ended the call.
    """
    failure = _failure(test, run, is_last=False)
    if failure and isinstance(error, pytest.skip.Exception):
        raise pytest.fail.Exception(failure, pytrace=False) from None
    if failure:
        test.add_report_section("call", "crm-mocks", failure)


def _failure(test: pytest.Item, run: TestRun, *, is_last: bool) -> str:
    """Return what the client broke, as a message; empty if nothing."""
    messages = []
    for session in run.judged_sessions:
        try:
            messages.append(session.failure(test, is_last=is_last))
        except CrmMocksError as error:
            messages.append(f"crm-mocks: {error}")
    return "\n\n".join(filter(None, messages))
