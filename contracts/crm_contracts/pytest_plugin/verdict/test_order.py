"""What comes after the call of a test: the rest of the test, and the next one."""

from __future__ import annotations

from inspect import isasyncgenfunction, isgeneratorfunction
from typing import TYPE_CHECKING, Any, Final

import pytest

from crm_contracts.pytest_plugin.fixtures.session_mocks import NextSession, require_names
from crm_contracts.pytest_plugin.fixtures.vendor_fixtures import takes_served_mocks
from crm_contracts.pytest_plugin.verdict.allowed import allowed_by
from crm_mocks.errors import UsageError

if TYPE_CHECKING:
    from crm_contracts.pytest_plugin.test_run import TestRun

_SENDS_NOTHING: Final = ("_pytest.", "crm_contracts.")
"""Beginnings of modules whose fixtures send no requests when they end."""

_REQUEST: Final = "request"
"""The fixture by which a test or fixture can have anything run at its end."""


def ends_with_call(test: pytest.Item) -> bool:
    """Return whether nothing of a test runs after its call that could send a request; `False` if that is unknown."""
    info: Any = getattr(test, "_fixtureinfo", None)  # pytest has no public way to the fixtures of a test
    definitions = getattr(info, "name2fixturedefs", None)
    if definitions is None or _REQUEST in info.argnames:
        return False
    return not any(_runs_at_end(definition) for overridden in definitions.values() for definition in overridden)


def _runs_at_end(definition: Any) -> bool:
    function = definition.func
    if definition.scope != "function" or function.__module__.startswith(_SENDS_NOTHING):
        return False  # a wider one ends after the sessions of tests
    return isgeneratorfunction(function) or isasyncgenfunction(function) or _REQUEST in definition.argnames


def session_of_next_test(run: TestRun) -> NextSession | None:
    """Return the session that the next test will open on the run's server; `None` if it will not, as far as known."""
    test = run.next_test
    if test is None or not takes_served_mocks(test):
        return None
    try:
        return NextSession(run.names.next(test.nodeid), require_names(allowed_by(test, run)))
    except UsageError:
        return None  # the test reports it
