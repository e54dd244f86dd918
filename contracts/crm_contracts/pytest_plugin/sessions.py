"""The session of a test: opened, handed out, judged, closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crm_contracts.judge.verdict import Verdict
from crm_contracts.pytest_plugin.allowed import allowed_by
from crm_contracts.pytest_plugin.failure import message
from crm_contracts.pytest_plugin.offline import OfflineSessionMocks
from crm_contracts.pytest_plugin.session_mocks import SessionMocks, opened
from crm_contracts.pytest_plugin.test_run import KEY
from crm_mocks.errors import CrmMocksError


def served(request: pytest.FixtureRequest) -> Iterator[SessionMocks]:
    """Hand out mocks behind a socket; see the fixture `crm_mocks`."""
    run = request.config.stash[KEY]
    with _reported():
        allow = allowed_by(request.node, run)
        channel = run.channel()
        credentials = {name: about["credentials"] for name, about in run.ready["vendors"].items()}
        mocks = opened(channel, run.open_session(request.node.nodeid), allow, credentials)
    try:
        yield mocks
        with _reported():
            verdict = run.with_baseline(mocks.verdict(allow=allow))
        _hold(verdict, request)
    finally:
        mocks.close()


def in_process(request: pytest.FixtureRequest) -> Iterator[OfflineSessionMocks]:
    """Hand out mocks without a socket; see the fixture `crm_mocks_offline`."""
    run = request.config.stash[KEY]
    with _reported():
        allow = allowed_by(request.node, run)
        mocks = run.offline().open(run.open_session(request.node.nodeid), allow)
    try:
        with mocks.patched():
            yield mocks
        with _reported():
            verdict = mocks.verdict(allow=allow, vendor=run.options.vendors)
            run.note(verdict)
            verdict = run.with_baseline(verdict)
        _hold(verdict, request)
    finally:
        mocks.close()


@contextmanager
def _reported() -> Iterator[None]:
    """Tell in one line what is wrong: where it went wrong in the plugin helps nobody."""
    try:
        yield
    except CrmMocksError as error:
        pytest.fail(f"crm-mocks: {error}", pytrace=False)


def _hold(verdict: Verdict, request: pytest.FixtureRequest) -> None:
    """Fail the test if its client broke the contract."""
    if verdict.failing:
        pytest.fail(message(verdict, request.node.name), pytrace=False)
