"""A test run: its directory, its sessions, and the verdict on all of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import uuid
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from crm_contracts.pytest_plugin.options import PluginOptions

if TYPE_CHECKING:
    from crm_contracts.judge.baseline_entry import BaselineEntry
    from crm_contracts.judge.verdict import Verdict
    from crm_contracts.pytest_plugin.admin_channel import SocketChannel
    from crm_contracts.pytest_plugin.offline import OfflineServer
    from crm_contracts.pytest_plugin.summary import RunSummary

KEY: Final = pytest.StashKey["TestRun"]()
_UNFIT: Final = re.compile(r"[^A-Za-z0-9]+")


class TestRun:
    """What one pytest process knows of the test run, which may have further processes: pytest-xdist's workers.

    Attributes:
        options: what the user asked for.
        directory: files that the processes of the run share; made by the first that needs it.
        is_worker: this process is one of several, and another one gives the verdict.
        ready: the ready-file of the run's server, once `channel` was called.
        ending: how the run has ended, once it has.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.options = PluginOptions.read(config)
        given: dict[str, Any] | None = getattr(config, "workerinput", {}).get("crm_mocks")
        self.is_worker = given is not None
        if given is None:
            given = {"directory": str(Path(tempfile.gettempdir(), f"crm-mocks-{uuid.uuid4().hex}")), "pid": os.getpid()}
        self._given = given
        self.directory = Path(given["directory"])
        self._suffix: str = given.get("suffix", "")
        self._names: Counter[str] = Counter()
        self._channel: SocketChannel | None = None
        self._offline: OfflineServer | None = None
        self._baseline: tuple[BaselineEntry, ...] | None = None
        self.ready: dict[str, Any] = {}
        self.ending: RunSummary | None = None

    def for_worker(self, worker: str | None) -> dict[str, Any]:
        """Return what a worker of this run is told.

        Args:
            worker: its id, if several workers run the same tests.
        """
        return {**self._given, "suffix": f"-{worker}" if worker else ""}

    def session_name(self, test: str) -> str:
        """Return a session's name: of a test run again the same, since generated values depend on it.

        Args:
            test: pytest's id of the test.
        """
        self._names[test] += 1
        again = f"-{self._names[test]}" if self._names[test] > 1 else ""
        words = _UNFIT.sub("-", test.rpartition("::")[2]).strip("-")[:50]
        digest = hashlib.sha256(test.encode("utf-8", "surrogateescape")).hexdigest()[:10]
        return f"{words}-{digest}{self._suffix}{again}"[:100]

    def open_session(self, test: str) -> str:
        """Return a new session's name, and note for the verdict on the run which test it belongs to.

        Args:
            test: pytest's id of the test.
        """
        name = self.session_name(test)
        self._append("tests", [name, test])
        return name

    def _append(self, kind: str, value: Any) -> None:
        """Add a line to a file of this process in the directory of the run."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        with (self.directory / f"{kind}-{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(value) + "\n")

    def channel(self) -> SocketChannel:
        """Return the control API of the run's server, which is started if need be.

        Raises:
            UsageError: it cannot be served as the options say.
        """
        if self._channel is None:
            from crm_contracts.pytest_plugin import server
            from crm_contracts.pytest_plugin.admin_channel import SocketChannel

            self.ready = server.ensure(self.directory, self.options, int(self._given["pid"]))
            self._channel = SocketChannel(self.ready["url"], lambda: server.log(self.directory))
        return self._channel

    def offline(self) -> OfflineServer:
        """Return the mocks of this process that need no socket.

        Raises:
            UsageError: the options are wrong.
        """
        if self._offline is None:
            from crm_contracts.pytest_plugin.offline import OfflineServer

            self._offline = OfflineServer(self.options)
        return self._offline

    def note(self, verdict: Verdict) -> None:
        """Keep the verdict on a test without socket for the verdict on the run."""
        self._append("offline", verdict.as_json())

    def close(self) -> None:
        """End what this process has begun."""
        if self._offline is not None:
            self._offline.close()
            self._offline = None
        if self._channel is not None:
            self._channel.close()

    def verdict(self) -> Verdict | None:
        """Return the verdict on the run, and stop its server; `None` if no mock was used.

        Raises:
            CrmMocksError: there is no verdict to be had.
        """
        if not self.directory.is_dir():
            return None
        from crm_contracts.pytest_plugin import server

        try:
            ready = server.running(self.directory)
            try:
                return self._judged(ready)
            finally:
                self.close()
                if ready is not None:
                    server.stop(ready)
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _judged(self, ready: dict[str, Any] | None) -> Verdict:
        from crm_contracts.judge.merge import merge
        from crm_contracts.judge.sources import with_sources
        from crm_contracts.judge.verdict import Verdict

        found = [
            Verdict.from_json(json.loads(line))
            for file in sorted(self.directory.glob("offline-*.jsonl"))
            for line in file.read_text("utf-8").splitlines()
            if line.endswith("}")  # a worker may have crashed in the middle of its last line
        ]
        if ready is not None:
            self._channel = None
            vendors = ",".join(self.options.vendors) or None
            found.append(
                Verdict.from_json(self.channel()("GET", "verdict", session="*", format="json", vendor=vendors))
            )
        return self.with_baseline(with_sources(merge(found), self._tests()))

    def _tests(self) -> dict[str, str]:
        """Return the node ids of the tests of the run, by their sessions."""
        lines = (line for file in self.directory.glob("tests-*.jsonl") for line in file.read_text("utf-8").splitlines())
        return dict(json.loads(line) for line in lines if line.endswith("]"))

    def with_baseline(self, verdict: Verdict) -> Verdict:
        """Return a verdict with known findings marked.

        Raises:
            UsageError: the baseline cannot be read.
        """
        if self.options.baseline is None:
            return verdict
        from crm_contracts.judge import baseline

        if self._baseline is None:
            self._baseline = baseline.read(self.options.baseline)
        return baseline.apply(verdict, self._baseline)
