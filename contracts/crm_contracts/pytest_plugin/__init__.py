"""The pytest plugin: fixtures for each CRM, and one verdict on the run.

Nothing else is imported, and no server is started, before a test asks for a fixture. The fixtures are:

* `crm_mocks`, the suite, and one fixture for each CRM, named as the CRM: a fresh session with a URL of its own for each
  test, on one server for the whole run, whatever the number of pytest-xdist's workers;
* `crm_mocks_offline` and `<vendor>_offline`, which need no socket: `requests` and `httpx` are answered in process;
* `<vendor>_sender` for each CRM that sends by itself: pushes to the receiver that is tested;
* `crm_mocks_sweep_case`, the case of a test marked `crm_mocks_sweep`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crm_contracts.pytest_plugin import options
from crm_contracts.pytest_plugin.test_run import KEY, TestRun

if TYPE_CHECKING:
    from crm_contracts.clients.sweep.model import SweepCase
    from crm_contracts.pytest_plugin.offline import OfflineSessionMocks
    from crm_contracts.pytest_plugin.session_mocks import SessionMocks

_MARK = (
    "crm_mocks(allow): mistakes that the test's client makes on purpose, as <vendor>.<operation>:<outcome or status>, "
    "or '<METHOD> <path>' of a request that matches no operation"
)

_SWEEP_MARK = (
    "crm_mocks_sweep(operation, ...): run the test once for each documented outcome and fault of the operation"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add options and ini settings."""
    options.add(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run."""
    config.addinivalue_line("markers", _MARK)
    config.addinivalue_line("markers", _SWEEP_MARK)
    config.stash[KEY] = TestRun(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize the tests that are marked `crm_mocks_sweep`."""
    markers = list(metafunc.definition.iter_markers("crm_mocks_sweep"))
    if markers:
        from crm_contracts.pytest_plugin.sweep import parametrize

        parametrize(metafunc, markers)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist which run it belongs to."""
    several = node.config.getoption("dist", "no") == "each"
    worker = node.workerinput["workerid"] if several else None
    node.workerinput["crm_mocks"] = node.config.stash[KEY].for_worker(worker)


@pytest.hookimpl(trylast=True)  # pytest-xdist waits for its workers first
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give the verdict on the run, write its reports, and stop the server."""
    run = session.config.stash[KEY]
    run.close()
    if not run.is_worker and run.directory.is_dir():
        from crm_contracts.pytest_plugin.summary import finish

        finish(session, run)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the verdict."""
    run = config.stash[KEY]
    if run.ending is not None:
        from crm_contracts.pytest_plugin.summary import show

        show(terminalreporter, run)


@pytest.fixture
def crm_mocks(request: pytest.FixtureRequest) -> Iterator[SessionMocks]:
    """All mocks, in a session of the test's own; at its end, the client must have kept the contract."""
    from crm_contracts.pytest_plugin.sessions import served

    yield from served(request)


@pytest.fixture
def crm_mocks_offline(request: pytest.FixtureRequest) -> Iterator[OfflineSessionMocks]:
    """As `crm_mocks`, but without a socket: `requests` and `httpx` are answered in process."""
    from crm_contracts.pytest_plugin.sessions import in_process

    yield from in_process(request)


@pytest.fixture(autouse=True)
def crm_mocks_sweep_case(request: pytest.FixtureRequest) -> SweepCase | None:
    """The case of a test marked `crm_mocks_sweep`, queued before the test begins; `None` for other tests."""
    if not hasattr(request, "param"):
        return None
    from crm_contracts.pytest_plugin.sweep import queue_case

    return queue_case(request)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test marked `crm_mocks_sweep` that passed although its case was never delivered."""
    result = yield
    if hasattr(pyfuncitem, "callspec") and "crm_mocks_sweep_case" in pyfuncitem.callspec.params:
        from crm_contracts.pytest_plugin.sweep import require_delivery

        require_delivery(pyfuncitem)
    return result


def _fixture(suite: str, vendor: str, suffix: str, about: str) -> Any:
    def fixture(request: pytest.FixtureRequest) -> Any:
        return request.getfixturevalue(suite)[vendor]

    fixture.__doc__ = about
    return pytest.fixture(name=f"{vendor}{suffix}")(fixture)


def _sender_fixture(vendor: str) -> Any:
    def fixture(request: pytest.FixtureRequest) -> Any:
        from crm_contracts.pytest_plugin.senders import sending

        yield from sending(request, vendor)

    fixture.__doc__ = f"{vendor} as it sends, for the tests of a receiver."
    return pytest.fixture(name=f"{vendor}_sender")(fixture)


def _vendor_fixtures() -> Iterator[tuple[str, Any]]:
    """Make the fixtures of each CRM; the folder tells which there are, so that nothing needs to be imported."""
    spec = find_spec("crm_mocks")
    folders = spec.submodule_search_locations if spec is not None else None
    found = {file.parent.name for folder in folders or () for file in Path(folder, "vendors").glob("*/__init__.py")}
    for name in sorted(found):
        yield name, _fixture("crm_mocks", name, "", f"The mock of {name}, in a session of the test's own.")
        yield (
            f"{name}_offline",
            _fixture("crm_mocks_offline", name, "_offline", f"The mock of {name}, without a socket."),
        )
        if any(Path(folder, "vendors", name, "sender").exists() for folder in folders or ()):
            yield f"{name}_sender", _sender_fixture(name)


globals().update(_vendor_fixtures())
