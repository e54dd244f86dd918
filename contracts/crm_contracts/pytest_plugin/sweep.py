"""The marker `crm_mocks_sweep`: a test run once for each answer and each fault of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.session_mocks import SessionMocks
from crm_contracts.pytest_plugin.test_run import KEY
from crm_contracts.sweep.cases import cases, queued
from crm_contracts.sweep.model import Given
from crm_mocks.asgi.mock_app import AppOptions as SuiteOptions
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.cli.inputs import load_settings
from crm_mocks.contract import Operation
from crm_mocks.errors import CrmMocksError, UsageError

FIXTURE = "crm_mocks_sweep_case"
_GIVEN: pytest.StashKey[tuple[Given, SessionMocks, str]] = pytest.StashKey()
"""What a test is given, by which mocks, and the queued answer's id."""

_SAFE = frozenset({"GET", "HEAD"})


def parametrize(metafunc: pytest.Metafunc, markers: list[pytest.Mark]) -> None:
    """Have a test run once for each thing that is given.

    Args:
        metafunc: the test.
        markers: those of the test, at least one.

    Raises:
        pytest.UsageError: a marker has another form, or names an operation that there is not.
    """
    options = metafunc.config.stash[KEY].options
    try:
        given = [each for marker in markers for each in _given(marker, options)]
    except CrmMocksError as error:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: {error}") from None
    metafunc.parametrize(FIXTURE, given, indirect=True, ids=[_id(each) for each in given])


def _given(marker: pytest.Mark, options: PluginOptions) -> Iterator[Given]:
    if not marker.args or marker.kwargs or not all(isinstance(name, str) for name in marker.args):
        raise UsageError('the marker crm_mocks_sweep takes operations: ("<vendor>.<operation>", …)')
    operations = _operations(options.config, options.assignments)
    for name in marker.args:
        if name not in operations:
            raise UsageError(f"crm_mocks_sweep: unknown operation '{name}': there are {', '.join(operations)}")
        operation = operations[name]
        yield from cases(operation, stores=operation.method.upper() not in _SAFE)


@cache
def _operations(config: Path | None, assignments: tuple[str, ...]) -> dict[str, Operation]:
    """Return all operations of the contracts in force, without a server."""
    settings = load_settings(config, assignments, ())
    contracts = MockApp(options=SuiteOptions(settings=settings)).contracts.values()
    return {operation.key: operation for contract in contracts for operation in contract.operations.values()}


def _id(given: Given) -> str:
    return f"{given.operation}-{given.label.replace(' ', '-')}-{given.often}"


def give(request: pytest.FixtureRequest) -> Given:
    """Queue what the test is to be given, in the session that its fixtures use.

    Args:
        request: of the test, with what is given as its parameter.

    Returns:
        What it is.
    """
    given: Given = request.param
    offline = any(name.endswith("_offline") for name in request.fixturenames)
    mocks = request.getfixturevalue("crm_mocks_offline" if offline else "crm_mocks")
    answer = mocks.channel("POST", "responses", {"session": mocks.session, **queued(given)})
    request.node.stash[_GIVEN] = (given, mocks, answer["id"])
    return given


def hold(test: pytest.Item) -> None:
    """Fail a test that has passed without what it was to be given: it shows nothing.

    Args:
        test: just after it was run, its session still open.
    """
    if _GIVEN not in test.stash:
        return
    given, mocks, number = test.stash[_GIVEN]
    answers = mocks.channel("GET", "responses", session=mocks.session)["responses"]
    if any(each["id"] == number and not each["used"] for each in answers):
        pytest.fail(
            f"crm-mocks: the client did not call {given.operation}: it was never given {given.label}", pytrace=False
        )
