"""A test run: its directory, its sessions and its verdict."""

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

TEST_RUN: Final = pytest.StashKey["TestRun"]()
_NOT_ALPHANUMERIC: Final = re.compile(r"[^A-Za-z0-9]+")


class TestRun:
    """A test run as seen by one of its processes; with pytest-xdist there are several.

    Attributes:
        options: options of the run.
        directory: directory shared by the processes of the run; created on demand.
        is_worker: this process is a pytest-xdist worker, so that the controller computes the verdict.
        ready: content of the server's ready file, after a call of `channel`.
        summary: result of the run, after its end.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.options = PluginOptions.read(config)
        shared: dict[str, Any] | None = getattr(config, "workerinput", {}).get("crm_mocks")
        self.is_worker = shared is not None
        if shared is None:
            shared = {
                "directory": str(Path(tempfile.gettempdir(), f"crm-mocks-{uuid.uuid4().hex}")),
                "pid": os.getpid(),
            }
        self._shared = shared
        self.directory = Path(shared["directory"])
        self._suffix: str = shared.get("suffix", "")
        self._names: Counter[str] = Counter()
        self._channel: SocketChannel | None = None
        self._offline: OfflineServer | None = None
        self._baseline: tuple[BaselineEntry, ...] | None = None
        self.ready: dict[str, Any] = {}
        self.summary: RunSummary | None = None

    def for_worker(self, worker: str | None) -> dict[str, Any]:
        """Return the input for a worker of this run.

        Args:
            worker: id of the worker if all workers run the same tests, else `None`.
        """
        return {**self._shared, "suffix": f"-{worker}" if worker else ""}

    def _session_name(self, test: str) -> str:
        """Return the name of a new session; it is the same in each run, since generated values depend on it."""
        self._names[test] += 1
        repetition = f"-{self._names[test]}" if self._names[test] > 1 else ""
        words = _NOT_ALPHANUMERIC.sub("-", test.rpartition("::")[2]).strip("-")[:50]
        digest = hashlib.sha256(test.encode("utf-8", "surrogateescape")).hexdigest()[:10]
        return f"{words}-{digest}{self._suffix}{repetition}"[:100]

    def new_session(self, test: str) -> str:
        """Return the name of a new session, and record its test for the verdict on the run.

        Args:
            test: node id of the test.
        """
        name = self._session_name(test)
        self._append("tests", [name, test])
        return name

    def _append(self, kind: str, value: Any) -> None:
        """Append a line to a file of this process in the directory of the run."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        with (self.directory / f"{kind}-{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(value) + "\n")

    def channel(self) -> SocketChannel:
        """Return the channel to the control API of the run's server; start the server on the first call.

        Raises:
            UsageError: the server did not start.
        """
        if self._channel is None:
            from crm_contracts.pytest_plugin import server
            from crm_contracts.pytest_plugin.admin_channel import SocketChannel

            self.ready = server.ensure_running(self.directory, self.options, int(self._shared["pid"]))
            self._channel = SocketChannel(self.ready["url"], lambda: server.log_tail(self.directory))
        return self._channel

    def offline(self) -> OfflineServer:
        """Return the in-process mocks; start them on the first call.

        Raises:
            UsageError: the options are invalid.
        """
        if self._offline is None:
            from crm_contracts.pytest_plugin.offline import OfflineServer

            self._offline = OfflineServer(self.options)
        return self._offline

    def save_verdict(self, verdict: Verdict) -> None:
        """Save the verdict on a test with in-process mocks for the verdict on the run."""
        self._append("offline", verdict.as_json())

    def close(self) -> None:
        """Close the connections and in-process mocks of this process."""
        if self._offline is not None:
            self._offline.close()
            self._offline = None
        if self._channel is not None:
            self._channel.close()

    def verdict(self) -> Verdict | None:
        """Return the verdict on the run and stop its server; return `None` if no mock was used.

        Raises:
            CrmMocksError: the verdict cannot be computed.
        """
        if not self.directory.is_dir():
            return None
        from crm_contracts.pytest_plugin import server

        try:
            ready = server.running(self.directory)
            try:
                return self._merged_verdict(ready)
            finally:
                self.close()
                if ready is not None:
                    server.stop(ready)
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _merged_verdict(self, ready: dict[str, Any] | None) -> Verdict:
        from crm_contracts.judge.merge import merge
        from crm_contracts.judge.sources import with_sources
        from crm_contracts.judge.verdict import Verdict

        verdicts = [
            Verdict.from_json(json.loads(line))
            for file in sorted(self.directory.glob("offline-*.jsonl"))
            for line in file.read_text("utf-8").splitlines()
            if line.endswith("}")  # the last line of a crashed worker may be incomplete
        ]
        if ready is not None:
            self._channel = None
            vendors = ",".join(self.options.vendors) or None
            verdicts.append(
                Verdict.from_json(self.channel()("GET", "verdict", session="*", format="json", vendor=vendors))
            )
        return self.with_baseline(with_sources(merge(verdicts), self._tests()))

    def _tests(self) -> dict[str, str]:
        """Return the node ids of the tests by session."""
        lines = (line for file in self.directory.glob("tests-*.jsonl") for line in file.read_text("utf-8").splitlines())
        return dict(json.loads(line) for line in lines if line.endswith("]"))

    def with_baseline(self, verdict: Verdict) -> Verdict:
        """Return a verdict with the findings of the baseline marked.

        Raises:
            UsageError: the baseline cannot be read.
        """
        if self.options.baseline is None:
            return verdict
        from crm_contracts.judge import baseline

        if self._baseline is None:
            self._baseline = baseline.read(self.options.baseline)
        return baseline.apply(verdict, self._baseline)
