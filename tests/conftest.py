"""Fixtures for all tests: a mock in process, driven as a client would."""

from __future__ import annotations

import asyncio
import atexit
import copy
import functools
import inspect
import itertools
import logging
import os
import signal
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from crm_mocks import create_app
from crm_mocks.app import AsgiApp
from crm_mocks.cli.log_writer import LogHandler
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.vendor import Vendor
from tests import toy as toy_crm
from tests.forkserver import programs as forkserver

BASE_URL = "http://127.0.0.1:4010"
NOW = "2026-01-31T12:00:00Z"

for _stage in ("connect", "read", "write", "pool"):  # 5 seconds are too few on a busy machine
    setattr(httpx._config.DEFAULT_TIMEOUT_CONFIG, _stage, 60.0)

if "mix_stderr" in inspect.signature(CliRunner).parameters:  # click before 8.2: a result as of later releases
    CliRunner.__init__ = functools.partialmethod(CliRunner.__init__, mix_stderr=False)  # type: ignore[assignment, method-assign]
    Result.output = property(lambda result: result.stdout + result.stderr)  # type: ignore[assignment, method-assign]


class Api:
    """A mock in this process: requests go through the whole ASGI application, without a socket."""

    def __init__(
        self, *vendors: str | Vendor, session: str = "default", app: AsgiApp | None = None, **options: Any
    ) -> None:
        options.setdefault("seed", 1)
        options.setdefault("now", NOW)
        replicas = [app] if app is not None else _apps(vendors, options)
        self.app = replicas[0]
        self.replicas = replicas
        self.vendor = next(iter(self.app.mock_app.vendors))
        self._loop = asyncio.new_event_loop()
        self._use(session)

    def _use(self, session: str) -> None:
        self.session = session
        headers = {} if session == "default" else {"X-Mock-Session": session}
        self._client = httpx.AsyncClient(transport=InTurn(self.replicas), base_url=BASE_URL, headers=headers)

    def beside(self, session: str) -> Api:
        """Return the same mock in another session; it ends with this one."""
        other = copy.copy(self)
        other._use(session)
        return other

    def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
        """Send one request; keywords as in httpx."""
        return self.run(self._client.request(method, url, **kwargs))

    def get(self, url: str, **kwargs: Any) -> httpx.Response:
        return self.request("GET", url, **kwargs)

    def post(self, url: str, **kwargs: Any) -> httpx.Response:
        return self.request("POST", url, **kwargs)

    def run(self, awaitable: Any) -> Any:
        """Run a coroutine on the mock's event loop."""
        return self._loop.run_until_complete(awaitable)

    def send_together(self, *requests: dict[str, Any]) -> list[httpx.Response]:
        """Send requests (keywords of httpx's `request`) at the same time; return the answers in the same order."""

        async def together() -> list[httpx.Response]:
            return await asyncio.gather(*(self._client.request(**request) for request in requests))

        return self.run(together())

    def records(self, kind: str, session: str | None = None) -> list[Any]:
        """Return the vendor's records of a kind."""
        name = session or self.session

        async def all_of() -> list[Any]:
            records = await self.app.mock_app.sessions.get(name).records(self.vendor)
            return await records.all(kind)

        return self.run(self.app.mock_app.in_session(name, all_of))

    def entries(self, session: str | None = None) -> list[JournalEntry]:
        """Return the journal, the oldest first."""
        name = session or self.session
        if self.app.mock_app.shared is not None:
            self.run(self.app.mock_app.shared.sessions.read([name]))
            found = self.app.mock_app.sessions.find(name)
            return [] if found is None else list(found.journal.entries())
        return list(self.app.mock_app.sessions.get(name).journal.entries())

    def last_entry(self) -> JournalEntry:
        """Return the last entry of the journal, without reading those before its page."""
        if self.app.mock_app.shared is not None:
            return self.entries()[-1]
        return self.app.mock_app.sessions.get(self.session).journal.pages()[-1].read()[-1]

    def close(self) -> None:
        if self.app.mock_app.shared is not None:
            self.run(self.app.mock_app.shared.sessions.read_all())
        for session in self.app.mock_app.sessions:
            defects = [defect for entry in session.journal.entries() for defect in entry.response_defects]
            assert not defects, f"a response of the mock breaks the contract: {defects}"
        self.run(self._client.aclose())
        for replica in self.replicas:
            if replica.mock_app.shared is not None:
                self.run(replica.mock_app.shared.stop())
        self._loop.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Skip tests of one process where two replicas share a state."""
    report = yield
    if os.environ.get("CRM_MOCKS_TEST_STATE") and call.excinfo is not None and report.failed:
        looks_inside = "is not part of a transaction" in str(call.excinfo.value)
        if looks_inside or item.get_closest_marker("one_process"):
            report.outcome = "skipped"
            report.longrepr = (str(item.path), 0, "Skipped: looks into a process")
    return report


class InTurn(httpx.AsyncBaseTransport):
    """Sends each request to the next of several replicas of a mock."""

    def __init__(self, replicas: list[AsgiApp]) -> None:
        self._transports = itertools.cycle([httpx.ASGITransport(each) for each in replicas])

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await next(self._transports).handle_async_request(request)


@functools.cache
def _state_url() -> str | None:
    """Return the URL of the state that tests run against, if any; a server for `start` is started for this process."""
    url = os.environ.get("CRM_MOCKS_TEST_STATE")
    if url == "start":
        from tests.state.shared.server import StateServer, program

        if program() is None:
            pytest.skip("neither valkey-server nor redis-server is installed")
        server = StateServer(Path(tempfile.mkdtemp()))
        server.start()
        atexit.register(server.stop)
        return server.url
    return url


def _apps(vendors: tuple[str | Vendor, ...], options: dict[str, Any]) -> list[AsgiApp]:
    """Return one mock, or two that share a state, if the tests run against one (`CRM_MOCKS_TEST_STATE`)."""
    url = _state_url()
    if url is None or "state" in options:
        return [create_app(vendors or None, **options)]
    prefix = f"test-{uuid.uuid4().hex}"
    limits = {"state.connect_seconds": 60, "state.command_seconds": 60}  # for machines that are busy with other things
    settings = {**limits, **(options.pop("settings", None) or {}), "state.prefix": prefix}
    return [create_app(vendors or None, state=url, settings=settings, **options) for _ in range(2)]


@pytest.fixture
def api() -> Iterator[Callable[..., Api]]:
    """Make mocks: `api("leadbank", settings={…})`. At the end, none of their answers may have broken a contract."""
    made: list[Api] = []

    def make(*vendors: str | Vendor, **options: Any) -> Api:
        made.append(Api(*vendors, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="session")
def toy_vendor(tmp_path_factory: pytest.TempPathFactory) -> Vendor:
    """Toy CRM, for tests of what holds for every vendor."""
    return toy_crm.load(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def toy(api: Callable[..., Api], toy_vendor: Vendor) -> Api:
    """A mock that serves Toy CRM, with a good key sent by default."""
    made = api(toy_vendor)
    made._client.headers["X-Key"] = "demo-key"
    return made


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Have a text printed at the end of the test run, also when the test ran in a worker of pytest-xdist."""
    return lambda text: record_property("figures", text)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-verdicts", action="store_true", help="write the rows of docs/verdicts.md anew")
    parser.addoption(
        "--write-outputs", action="store_true", help="write the outputs that README.md and docs/ show anew"
    )


def pytest_configure() -> None:
    """Handle signals again that the parent ignores: Ctrl-C in the background of a shell, SIGHUP under nohup."""
    for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.hookimpl(optionalhook=True)  # there may be no pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Have tests that share a fixture of their module run in one worker, and begin first; all others run anywhere."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Sharing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return module if _has_shared_fixtures(config.rootpath / module) else nodeid

    return Sharing(config, log)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """Have twice as many workers as processors, since many tests wait for time limits or other processes."""
    return 2 * (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


@functools.cache
def _has_shared_fixtures(module: Path) -> bool:
    return 'scope="module"' in module.read_text("utf-8")


@pytest.fixture(scope="session", autouse=True)
def _bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where Python is told to write no bytecode, have the processes that tests start compile modules once for all."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.dont_write_bytecode:
            own = tmp_path_factory.getbasetemp()
            folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
            patch.setenv("PYTHONPYCACHEPREFIX", str(folder / "bytecode"))
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests gave to `figures`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, text in getattr(report, "user_properties", ()):
            if name == "figures":
                terminalreporter.section(report.nodeid)
                terminalreporter.write_line(text)


@pytest.fixture(scope="session")
def programs(_bytecode: None) -> Iterator[Path]:
    """A folder for the head of `PATH` with `crm-mocks`, `pytest` and `python` that start at once: tests/forkserver."""
    with forkserver.programs() as folder:
        yield folder


@pytest.fixture
def quick_python(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the Python programs that the product starts run by the fork server, schemathesis among them."""
    monkeypatch.setattr(sys, "executable", str(programs / "python"))


@pytest.fixture(autouse=True)
def _no_log() -> Iterator[None]:
    """Remove the logs that a command has started in this process, which would write in threads among later tests."""
    yield
    logging.root.handlers[:] = [each for each in logging.root.handlers if not isinstance(each, LogHandler)]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep proxies of the environment out of tests, which only talk to loopback."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
