"""The marker `crm_mocks_sweep`: run a test once for each documented outcome and fault of operations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from crm_contracts.clients.sweep.cases import sweep_cases
from crm_contracts.clients.sweep.model import SweepCase
from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.session_mocks import SessionMocks
from crm_contracts.pytest_plugin.test_run import TEST_RUN
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.cli.inputs import load_settings
from crm_mocks.contract import Operation
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.options import AppOptions

FIXTURE = "crm_mocks_sweep_case"
_QUEUED: pytest.StashKey[tuple[SweepCase, SessionMocks, str]] = pytest.StashKey()
"""Case of a test, its mocks, and id of the queued response."""

_SAFE = frozenset({"GET", "HEAD"})


def parametrize(metafunc: pytest.Metafunc, markers: list[pytest.Mark]) -> None:
    """Parametrize a test with its cases.

    Args:
        metafunc: the test.
        markers: markers of the test.

    Raises:
        pytest.UsageError: a marker is malformed, or names an unknown operation.
    """
    options = metafunc.config.stash[TEST_RUN].options
    try:
        cases = [case for marker in markers for case in _cases(marker, options)]
    except CrmMocksError as error:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: {error}") from None
    metafunc.parametrize(FIXTURE, cases, indirect=True, ids=[_id(case) for case in cases])


def _cases(marker: pytest.Mark, options: PluginOptions) -> Iterator[SweepCase]:
    if not marker.args or marker.kwargs or not all(isinstance(name, str) for name in marker.args):
        raise UsageError('the marker crm_mocks_sweep takes operations: ("<vendor>.<operation>", …)')
    operations = _operations(options.config, options.assignments)
    for name in marker.args:
        if name not in operations:
            raise UsageError(f"crm_mocks_sweep: unknown operation '{name}': there are {', '.join(operations)}")
        operation = operations[name]
        yield from sweep_cases(operation, stores=operation.method.upper() not in _SAFE)


@cache
def _operations(config: Path | None, assignments: tuple[str, ...]) -> dict[str, Operation]:
    """Return the operations of all contracts under the settings, by `<vendor>.<operationId>`."""
    settings = load_settings(config, assignments, ())
    contracts = MockApp(AppOptions(settings=settings)).contracts.values()
    return {operation.key: operation for contract in contracts for operation in contract.operations.values()}


def _id(case: SweepCase) -> str:
    return f"{case.operation}-{case.label.replace(' ', '-')}-{case.often}"


def queue_case(request: pytest.FixtureRequest) -> SweepCase:
    """Queue the case of a test in its session and return it.

    Args:
        request: request of the fixture, with the case as parameter.
    """
    case: SweepCase = request.param
    offline = any(name.endswith("_offline") for name in request.fixturenames)
    mocks = request.getfixturevalue("crm_mocks_offline" if offline else "crm_mocks")
    queued = mocks.channel("POST", "responses", {"session": mocks.session, **case.as_queued()})
    request.node.stash[_QUEUED] = (case, mocks, queued["id"])
    return case


def require_delivery(test: pytest.Item) -> None:
    """Fail a test if its case was never delivered, since its result is meaningless then.

    Args:
        test: a test that has run, with its session still open.
    """
    if _QUEUED not in test.stash:
        return
    case, mocks, response_id = test.stash[_QUEUED]
    responses = mocks.channel("GET", "responses", session=mocks.session)["responses"]
    if any(response["id"] == response_id and not response["used"] for response in responses):
        pytest.fail(
            f"crm-mocks: the client did not call {case.operation}: {case.label} was never delivered", pytrace=False
        )
