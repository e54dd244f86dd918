"""A test run: its directory, its sessions and its verdict."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest

from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.run_directory import RunDirectory
from crm_contracts.pytest_plugin.session_names import RunSessionNames
from crm_contracts.pytest_plugin.verdict.known_findings import KnownFindings
from crm_mocks.files.temporary import new_folder_path

if TYPE_CHECKING:
    from crm_contracts.judge.verdict import Verdict
    from crm_contracts.pytest_plugin.fixtures.admin_channel import SocketChannel
    from crm_contracts.pytest_plugin.fixtures.offline import OfflineServer
    from crm_contracts.pytest_plugin.fixtures.session_mocks import NextSession
    from crm_contracts.pytest_plugin.server.run_server import StartingServer
    from crm_contracts.pytest_plugin.verdict.saved_verdict import SavedVerdict
    from crm_contracts.pytest_plugin.verdict.summary import RunSummary
    from crm_contracts.pytest_plugin.verdict.unchecked import Unchecked

TEST_RUN: Final = pytest.StashKey["TestRun"]()


class Judged(Protocol):
    """What is judged when the call of a test ends."""

    def failure(self, test: pytest.Item, *, is_last: bool = False) -> str:
        """Return what broke in a test since the last call, as a message; empty if nothing did.

        Args:
            test: the test.
            is_last: nothing of the test runs after this.
        """


class TestRun:
    """A test run as seen by one of its processes; with pytest-xdist there are several.

    Attributes:
        options: options of the run.
        known: findings of the baseline.
        directory: directory shared by the processes of the run.
        names: names of the sessions of this process.
        is_worker: this process is a pytest-xdist worker, so that the controller computes the verdict.
        is_ending: no more tests run, so that what fixtures find at their end cannot fail one.
        judged_sessions: open sessions and pusher factories of this process.
        current_test: test that runs, or has run last; `None` before the first.
        next_test: test that runs after the current one, or `None`.
        next_session: its session, if the server has made it ready.
        has_begun_server: this process has begun to start the server, or found that another has.
        ready: content of the server's ready file, after a call of `channel`.
        credentials: demo credentials by vendor, after a call of `channel`.
        summary: result of the run, after its end.
        unchecked: what was not checked, after a call of `verdict`.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.options = PluginOptions.read(config)
        self.known = KnownFindings(self.options.baseline)
        worker_input: dict[str, Any] = getattr(config, "workerinput", {})
        shared: dict[str, Any] | None = worker_input.get("crm_mocks")
        self.is_worker = shared is not None
        if shared is None:
            shared = {"directory": str(new_folder_path()), "pid": os.getpid()}
        self._shared = shared
        self._process = os.getpid()
        self.directory = RunDirectory(Path(shared["directory"]))
        self.is_ending = False
        self.judged_sessions: list[Judged] = []
        self.current_test: pytest.Item | None = None
        self.next_test: pytest.Item | None = None
        self.next_session: NextSession | None = None
        self.ready: dict[str, Any] = {}
        self.credentials: dict[str, dict[str, str]] = {}
        self.summary: RunSummary | None = None
        self.unchecked: Unchecked | None = None
        self.names = RunSessionNames(worker_input.get("workerid", ""), shared.get("suffix", ""))
        self._sessions: defaultdict[str, list[str]] = defaultdict(list)
        self._channel: SocketChannel | None = None
        self.has_begun_server = False
        self._starting: StartingServer | None = None
        self._offline: OfflineServer | None = None
        self._saved: dict[str, Verdict] = {}  # by batch, of this process
        self._stopping: int | None = None

    @property
    def is_forked(self) -> bool:
        """Whether this process is a forked child of a process of the run, which must not end the run."""
        return os.getpid() != self._process

    def for_worker(self, worker: str | None) -> dict[str, Any]:
        """Return the input for a worker of this run.

        Args:
            worker: id of the worker if all workers run the same tests, else `None`.
        """
        return {**self._shared, "suffix": f"-{worker}" if worker else ""}

    # --- sessions ---

    def new_session(self, test: str) -> str:
        """Return the name of a new session, and record its test for the verdict on the run.

        Args:
            test: node id of the test, or name of a shared session.
        """
        name = self.names.take(test)
        self._sessions[test].append(name)
        self.directory.append("tests", [name, test])
        return name

    def save_session(self, session: str, exchanges: int) -> None:
        """Record the end of a session for the verdict on the run.

        Args:
            session: name of the session.
            exchanges: number of its requests.
        """
        from crm_contracts.pytest_plugin.verdict.connections import observer

        destinations = observer().take()
        if not exchanges:
            self.directory.append("silent", [session, destinations])

    def save_verdict(self, saved: SavedVerdict) -> None:
        """Record a verdict on sessions of in-process mocks, for the process that computes the verdict on the run."""
        if not self.is_worker and not self.is_forked:
            self._saved[saved.batch] = saved.verdict
            return
        from crm_contracts.judge.codec import encode_json

        self.directory.append_json("offline", encode_json(saved))

    def save_forked(self, session: str, url: str) -> None:
        """Record a request of a forked process, which in-process mocks cannot count."""
        self.directory.append_shared("forked", [session, url])

    def forked_requests(self, session: str) -> list[str]:
        """Return the URLs of requests that forked processes sent in a session."""
        if self._offline is None or not self.directory.has_shared("forked"):  # only in-process mocks record them
            return []
        return [url for name, url in self.directory.read("forked") if name == session]

    def discard(self, test: str) -> None:
        """Leave the sessions of a test out of the verdict, since the test is run again."""
        for session in self._sessions.pop(test, ()):
            self.directory.append("discarded", [session])
            if self._offline is not None:
                self._offline.ended.discard(session)

    # --- mocks ---

    def start_server(self) -> None:
        """Begin to start the run's server, unless this or another process has done so."""
        if not self.has_begun_server:
            from crm_contracts.pytest_plugin.server import run_server

            self.has_begun_server = True
            self._starting = run_server.begin(self.directory.path, self.options, int(self._shared["pid"]))

    def channel(self) -> SocketChannel:
        """Return the channel to the control API of the run's server; start the server on the first call.

        Raises:
            UsageError: the server did not start.
        """
        if self._channel is None:
            from crm_contracts.pytest_plugin.fixtures.admin_channel import SocketChannel
            from crm_contracts.pytest_plugin.server import run_server
            from crm_contracts.pytest_plugin.verdict.connections import observer

            parent = int(self._shared["pid"])
            starting, self._starting = self._starting, None
            self.ready = run_server.ensure_running(
                self.directory.path, self.options, parent, starting, self._import_the_rest
            )
            self.credentials = {name: vendor["credentials"] for name, vendor in self.ready["vendors"].items()}
            self._channel = SocketChannel(self.ready["url"], lambda: run_server.log_tail(self.directory.path))
            observer().ignore(self.ready["url"])
        return self._channel

    def _import_the_rest(self) -> None:
        """Import what the tests and the end of the run need."""
        from crm_mocks.gc_pause import gc_paused

        with gc_paused():
            import crm_contracts.pytest_plugin.fixtures.sessions  # imported later, when it would take time

            if not self.is_worker:
                import crm_contracts.pytest_plugin.verdict.summary
                import crm_contracts.report.terminal  # noqa: F401  # as above

    def offline(self) -> OfflineServer:
        """Return the in-process mocks; start them on the first call.

        Raises:
            UsageError: the options are invalid.
        """
        if self._offline is None or self._offline.bridge.is_forked:
            from crm_mocks.gc_pause import gc_paused

            batch = 1 if self.is_worker else 100  # the run survives the crash of a worker
            with gc_paused():
                from crm_contracts.pytest_plugin.fixtures.offline import OfflineServer

                self._offline = OfflineServer(self.options, self.save_forked, self.save_verdict, batch)
        return self._offline

    def close(self) -> None:
        """Close the connections and in-process mocks of this process."""
        if self._offline is not None:
            from crm_mocks.files.line_file import take_missing_lines

            self._offline.close()
            self._offline = None
            for loss in take_missing_lines():
                self.directory.append("losses", [loss])
        if self._channel is not None:
            self._channel.close()
        if self._starting is not None:
            self._starting.abandon()
            self._starting = None

    # --- verdict ---

    def verdict(self) -> Verdict | None:
        """Return the verdict on the run and ask its server to stop; return `None` if no mock was used.

        Raises:
            CrmMocksError: the verdict cannot be computed.
        """
        if not self.directory.exists:
            return None
        from crm_contracts.pytest_plugin.server import run_server

        try:
            ready = run_server.running(self.directory.path)
            try:
                return self._merged_verdict(ready)
            finally:
                self.close()
                if ready is not None:
                    self._stopping = int(ready["pid"])
                    run_server.stop(self._stopping)
        finally:
            self.directory.remove()

    def wait_for_server(self) -> None:
        """Wait until the server that `verdict` has stopped has exited."""
        if self._stopping is not None:
            from crm_contracts.pytest_plugin.server.run_server import wait_until_stopped

            wait_until_stopped(self._stopping)

    def _merged_verdict(self, ready: dict[str, Any] | None) -> Verdict:
        from crm_contracts.judge.codec import decode_json
        from crm_contracts.judge.merge import merge
        from crm_contracts.judge.sources import with_sources
        from crm_contracts.judge.verdict import Verdict
        from crm_contracts.pytest_plugin.verdict.saved_verdict import SavedVerdict
        from crm_contracts.pytest_plugin.verdict.unchecked import Unchecked

        discarded = {session for (session,) in self.directory.read("discarded")}
        saved = (decode_json(SavedVerdict, line, "verdict") for line in self.directory.lines("offline"))
        last = {each.batch: each.verdict for each in saved}  # the last on each batch
        verdicts = [*last.values(), *self._saved.values()]
        if ready is not None:
            self._channel = None
            channel = self.channel()
            for session in discarded:
                channel("POST", "reset", {"session": session})
            vendors = ",".join(self.options.vendors) or None
            verdicts.append(Verdict.from_json(channel("GET", "verdict", session="*", format="json", vendor=vendors)))
        if missing := tuple(loss for (loss,) in self.directory.read("losses")):
            verdicts.append(Verdict(complaints=missing))
        tests = {name: test for name, test in self.directory.read("tests") if name not in discarded}
        self.unchecked = Unchecked.read(self.directory, tests)
        return self.known.marked_in(with_sources(merge(verdicts), tests))
