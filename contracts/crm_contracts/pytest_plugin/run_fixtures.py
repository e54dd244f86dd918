"""Fixtures with all mocks. They belong to a run: a fixture that takes `pytestconfig` for it costs each test 50 µs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from crm_contracts.pytest_plugin.test_run import TestRun

if TYPE_CHECKING:
    from crm_contracts.pytest_plugin.offline import OfflineSessionMocks
    from crm_contracts.pytest_plugin.session_mocks import SessionMocks


class RunFixtures:
    """A pytest plug-in with the fixtures of a run."""

    def __init__(self, run: TestRun) -> None:
        self._run = run

    @pytest.fixture
    def crm_mocks(self) -> Iterator[SessionMocks]:
        """All mocks in a session of this test; the test fails if its client broke a contract."""
        from crm_contracts.pytest_plugin.errors_as_failures import failing_on_errors

        with failing_on_errors():
            self._run.channel()  # starts the server before imports that it can overlap
        from crm_contracts.pytest_plugin.sessions import served_session, session_arguments

        with served_session(*session_arguments(self._run), of_one_test=True) as mocks:
            yield mocks

    @pytest.fixture
    def crm_mocks_offline(self) -> Iterator[OfflineSessionMocks]:
        """All mocks in a session of this test, in process; `requests` and `httpx` are patched to reach them."""
        from crm_contracts.pytest_plugin.sessions import offline_session, session_arguments

        with offline_session(*session_arguments(self._run), of_one_test=True) as mocks:
            yield mocks
