"""Mocks for fixtures of a wider scope than one test."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from crm_contracts.pytest_plugin.session_mocks import SessionMocks
from crm_contracts.pytest_plugin.sessions import offline_session, served_session
from crm_contracts.pytest_plugin.test_run import TestRun


class MocksFactory:
    """Opens mocks that several tests share.

    A client that breaks the contract fails the test during which it does.

    Example:
        @pytest.fixture(scope="session")
        def crm(crm_mocks_factory):
            with crm_mocks_factory() as mocks:
                yield mocks.leadbank
    """

    def __init__(self, run: TestRun) -> None:
        self._run = run

    def __call__(
        self, name: str = "shared", *, offline: bool = False, allow: Sequence[str] = ()
    ) -> AbstractContextManager[SessionMocks]:
        """Return a context manager that provides all mocks in a session of its own.

        Args:
            name: name of the session in reports.
            offline: in process, with `requests` and `httpx` patched, instead of on the run's server.
            allow: names of violations allowed in the session.
        """
        open_session = offline_session if offline else served_session
        return open_session(self._run, self._run.names.shared(name), [*self._run.options.allow, *allow])
