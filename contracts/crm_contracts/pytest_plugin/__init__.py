"""The pytest plugin: fixtures for each CRM, and one verdict on the run.

The fixtures are:

* `crm_mocks` with all mocks, and a fixture per CRM named after it: each test gets a session with its own URL, on one
  server for the whole run, even with several pytest-xdist workers;
* `crm_mocks_offline` and `<vendor>_offline`: in-process mocks for `requests` and `httpx`, without sockets;
* the same for vendors of `crm_mocks_vendor_dir` and for the contracts of `crm_mocks_contracts`;
* `<vendor>_sender` for each CRM that sends requests: pushes to the receiver under test;
* `crm_mocks_sweep_case`: the case of a test marked `crm_mocks_sweep`.

Other modules are imported, and the server is started, only when a test requests a fixture.

Example:
    def test_expired_key(leadbank):
        leadbank.respond(status=401)
        assert my_client.pull(leadbank.url) == "check the API key"
        assert len(leadbank.requests) == 1
"""

from __future__ import annotations

import os
from collections.abc import Generator
from types import FunctionType
from typing import TYPE_CHECKING, Any

import pytest

from crm_contracts.pytest_plugin import options
from crm_contracts.pytest_plugin.fixtures.run_fixtures import RunFixtures
from crm_contracts.pytest_plugin.fixtures.vendor_fixtures import fixtures_of, installed_fixtures, takes_served_mocks
from crm_contracts.pytest_plugin.server.early_start import (
    EarlyStart,
    all_collected_run,
    all_of_modules_run,
    any_run,
    served_names,
)
from crm_contracts.pytest_plugin.test_run import TEST_RUN, TestRun
from crm_contracts.pytest_plugin.verdict.reruns import RerunHooks

if TYPE_CHECKING:
    from crm_contracts.clients.sweep.model import SweepCase
    from crm_contracts.pytest_plugin.fixtures.factory import MocksFactory

_MARK = (
    "crm_mocks(allow): intended violations of the test's client, as <vendor>.<operation>:<outcome or status>, "
    "or '<METHOD> <path>' for a request that matches no operation"
)

_SWEEP = "crm_mocks_sweep"
_SWEEP_MARK = f"{_SWEEP}(operation, ...): run the test once for each documented outcome and fault of the operations"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add options and ini settings."""
    options.add(parser)


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Keep loopback requests away from proxies, before any client is created."""
    if any(name.lower().endswith("_proxy") for name in os.environ):
        from crm_contracts.pytest_plugin.server.proxies import bypass

        early_config.add_cleanup(bypass())


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and start the run."""
    config.addinivalue_line("markers", _MARK)
    config.addinivalue_line("markers", _SWEEP_MARK)
    run = config.stash[TEST_RUN] = TestRun(config)
    config.add_cleanup(run.wait_for_server)
    config.pluginmanager.register(RerunHooks(run), "crm_mocks_reruns")
    config.pluginmanager.register(RunFixtures(run), "crm_mocks_run_fixtures")
    own_fixtures = fixtures_of(run.options.sources)
    config.pluginmanager.register(own_fixtures, "crm_mocks_vendor_fixtures")
    if all_of_modules_run(config):
        names = served_names([*vars(RunFixtures), *globals(), *vars(own_fixtures)])
        config.pluginmanager.register(EarlyStart(run, names), "crm_mocks_early_start")


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, name: str, obj: object) -> None:
    """Have tests marked `crm_mocks_sweep` take the fixture of their cases; as an autouse fixture, all tests would."""
    function = getattr(obj, "__func__", obj)  # of a static method
    if not isinstance(function, FunctionType) or not collector.istestfunction(obj, name):
        return
    is_marked = any(marker.name == _SWEEP for marker in getattr(function, "pytestmark", ()))
    if is_marked or collector.get_closest_marker(_SWEEP) is not None:
        pytest.mark.usefixtures("crm_mocks_sweep_case")(function)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize tests marked `crm_mocks_sweep`."""
    markers = list(metafunc.definition.iter_markers(_SWEEP))
    if markers:
        from crm_contracts.pytest_plugin.fixtures.sweep import parametrize

        parametrize(metafunc, markers)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Start the server while pytest collects the other tests, unless this test may yet be deselected."""
    if takes_served_mocks(item) and all_collected_run(item.config):
        item.config.stash[TEST_RUN].start_server()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the server if a test needs it."""
    if any_run(session.config) and any(map(takes_served_mocks, session.items)):
        session.config.stash[TEST_RUN].start_server()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the run to a pytest-xdist worker."""
    repeated = node.config.getoption("dist", "no") == "each"
    worker = node.workerinput["workerid"] if repeated else None
    node.workerinput["crm_mocks"] = node.config.stash[TEST_RUN].for_worker(worker)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Remember which test comes next."""
    item.config.stash[TEST_RUN].next_test = nextitem


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember which test runs: a fixture that takes `request` instead costs a test a tenth of a millisecond."""
    item.config.stash[TEST_RUN].current_test = item


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose client broke the contract."""
    run = item.config.stash[TEST_RUN]
    try:
        result = yield
    except (KeyboardInterrupt, pytest.exit.Exception):
        raise
    except BaseException as error:
        if run.judged_sessions:
            from crm_contracts.pytest_plugin.verdict.call_phase import add_failure

            add_failure(item, run, error)
        raise
    if run.judged_sessions:
        from crm_contracts.pytest_plugin.verdict.call_phase import fail_if_broken

        fail_if_broken(item, run)
    return result


@pytest.hookimpl(wrapper=True, trylast=True)  # the innermost: after fixtures have ended, before anything is printed
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Compute the verdict on the run, write its reports, and stop the server."""
    run = session.config.stash[TEST_RUN]
    run.is_ending = True
    try:
        return (yield)  # pytest-xdist waits for its workers, and pytest ends the fixtures of an interrupted test
    finally:
        if not run.is_forked:
            run.close()
            if not run.is_worker and run.directory.exists:
                from crm_contracts.pytest_plugin.verdict.summary import finish

                finish(session, run)
            elif not run.is_worker:
                run.directory.remove()  # a server that no test needed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the verdict."""
    run = config.stash[TEST_RUN]
    if run.summary is not None:
        from crm_contracts.pytest_plugin.verdict.summary import print_summary

        print_summary(terminalreporter, run)


@pytest.fixture(scope="session")
def crm_mocks_factory(pytestconfig: pytest.Config) -> MocksFactory:
    """Opens mocks that several tests share, for fixtures of a wider scope."""
    from crm_contracts.pytest_plugin.fixtures.factory import MocksFactory

    return MocksFactory(pytestconfig.stash[TEST_RUN])


@pytest.fixture
def crm_mocks_sweep_case(request: pytest.FixtureRequest) -> SweepCase | None:
    """The case of a test marked `crm_mocks_sweep`, queued before the test starts; `None` for other tests."""
    if not hasattr(request, "param"):
        return None
    from crm_contracts.pytest_plugin.fixtures.sweep import queue_case

    return queue_case(request)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test marked `crm_mocks_sweep` that passed without receiving its case."""
    result = yield
    if hasattr(pyfuncitem, "callspec") and "crm_mocks_sweep_case" in pyfuncitem.callspec.params:
        from crm_contracts.pytest_plugin.fixtures.sweep import require_delivery

        require_delivery(pyfuncitem)
    return result


globals().update(installed_fixtures())
