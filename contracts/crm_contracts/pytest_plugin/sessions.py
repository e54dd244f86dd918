"""The session of a test: open it, provide its mocks, judge it, close it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from crm_contracts.pytest_plugin.allowed import allowed_by
from crm_contracts.pytest_plugin.connections import observer
from crm_contracts.pytest_plugin.errors_as_failures import failing_on_errors
from crm_contracts.pytest_plugin.judged_session import JudgedSession
from crm_contracts.pytest_plugin.session_mocks import SessionMocks, open_session
from crm_contracts.pytest_plugin.test_run import TestRun
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.pytest_plugin.offline import OfflineSessionMocks


@contextmanager
def served_session(
    run: TestRun, test: str, allow: Sequence[str], *, of_one_test: bool = False
) -> Iterator[SessionMocks]:
    """Provide the mocks of the run's server.

    Args:
        run: the test run.
        test: node id of the test, or name of the fixture.
        allow: names of allowed violations.
        of_one_test: no other test can use the session.
    """
    with failing_on_errors():
        channel = run.channel()
        _require_socket(run.ready["url"])
        ready, run.next_session = run.next_session, None
        mocks = open_session(channel, run.new_session(test), list(allow), run.credentials, ready)
    with _judged(run, mocks, test, allow, of_one_test):
        yield mocks


@contextmanager
def offline_session(
    run: TestRun, test: str, allow: Sequence[str], *, of_one_test: bool = False
) -> Iterator[OfflineSessionMocks]:
    """Provide in-process mocks; see `served_session`."""
    with failing_on_errors():
        mocks = run.offline().open(run.new_session(test), list(allow))
    with _judged(run, mocks, test, allow, of_one_test), mocks.patched():
        yield mocks


def session_arguments(run: TestRun) -> tuple[TestRun, str, list[str]]:
    """Return the run, the node id and the allowed violations of the current test."""
    test = run.current_test
    assert test is not None  # a fixture of a test is asking
    with failing_on_errors():
        return run, test.nodeid, allowed_by(test, run)


@contextmanager
def _judged(
    run: TestRun,
    mocks: SessionMocks,
    test: str,
    allow: Sequence[str],
    of_one_test: bool,  # noqa: FBT001  # as above
) -> Iterator[None]:
    """Have a session judged when calls of tests end, and here at its own end."""
    session = JudgedSession(run, mocks, allow, of_one_test=of_one_test)
    observer().ignore(mocks.url)
    observer().active = True
    run.judged_sessions.append(session)
    try:
        yield
    finally:
        run.judged_sessions.remove(session)
        observer().active = any(isinstance(each, JudgedSession) for each in run.judged_sessions)
        try:
            with failing_on_errors():
                failure = session.failure_at_end(test.rpartition("::")[2])
            if failure:
                pytest.fail(failure, pytrace=False)
        except pytest.fail.Exception:
            if not run.is_ending:  # no test is running that could fail; the verdict on the run says what broke
                raise


def _are_sockets_replaced() -> bool:
    """Return whether sockets are not those of the interpreter, as while pytest-socket blocks some."""
    return socket.socket.__base__ is not socket.SocketType or socket.socket.connect is not socket.SocketType.connect


def _require_socket(url: str) -> None:
    """Raise an error that says what to allow if pytest-socket keeps the test from the mocks.

    Raises:
        UsageError: it does.
    """
    if "pytest_socket" not in sys.modules or not _are_sockets_replaced():
        return
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "", address.port or 80)).close()
    except (RuntimeError, Warning):  # pytest-socket warns before it raises
        host = address.hostname
        raise UsageError(
            f"pytest-socket blocks the mocks at {url}: allow them with --allow-hosts={host} or "
            f"@pytest.mark.allow_hosts(['{host}']), or use the fixture with '_offline', which needs no socket"
        ) from None
