"""The session of a test: open it, provide its mocks, judge it, close it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crm_contracts.judge.verdict import Verdict
from crm_contracts.pytest_plugin.allowed import allowed_by
from crm_contracts.pytest_plugin.failure import message
from crm_contracts.pytest_plugin.offline import OfflineSessionMocks
from crm_contracts.pytest_plugin.session_mocks import SessionMocks, open_session
from crm_contracts.pytest_plugin.test_run import TEST_RUN
from crm_mocks.errors import CrmMocksError


def served_session(request: pytest.FixtureRequest) -> Iterator[SessionMocks]:
    """Provide the mocks of the run's server; see the fixture `crm_mocks`."""
    run = request.config.stash[TEST_RUN]
    with _failing_on_errors():
        allow = allowed_by(request.node, run)
        channel = run.channel()
        credentials = {name: vendor["credentials"] for name, vendor in run.ready["vendors"].items()}
        mocks = open_session(channel, run.new_session(request.node.nodeid), allow, credentials)
    try:
        yield mocks
        with _failing_on_errors():
            verdict = run.with_baseline(mocks.verdict(allow=allow))
        _fail_if_broken(verdict, request)
    finally:
        mocks.close()


def offline_session(request: pytest.FixtureRequest) -> Iterator[OfflineSessionMocks]:
    """Provide in-process mocks; see the fixture `crm_mocks_offline`."""
    run = request.config.stash[TEST_RUN]
    with _failing_on_errors():
        allow = allowed_by(request.node, run)
        mocks = run.offline().open(run.new_session(request.node.nodeid), allow)
    try:
        with mocks.patched():
            yield mocks
        with _failing_on_errors():
            verdict = mocks.verdict(allow=allow, vendor=run.options.vendors)
            run.save_verdict(verdict)
            verdict = run.with_baseline(verdict)
        _fail_if_broken(verdict, request)
    finally:
        mocks.close()


@contextmanager
def _failing_on_errors() -> Iterator[None]:
    """Fail the test with a one-line message, since a traceback through the plugin does not help users."""
    try:
        yield
    except CrmMocksError as error:
        pytest.fail(f"crm-mocks: {error}", pytrace=False)


def _fail_if_broken(verdict: Verdict, request: pytest.FixtureRequest) -> None:
    """Fail the test if its client broke the contract."""
    if verdict.failing:
        pytest.fail(message(verdict, request.node.name), pytrace=False)
