"""A stop ends a command within a second wherever it is, and leaves no process of the client."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.clients.killed.test_killed import marked_processes

_MOST_SECONDS = 5.5
"""A stop takes at most three seconds, and starting and ending of processes on a busy machine some more."""

STUBBORN = """
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
open(sys.argv[1], "w").close()
time.sleep(600)
"""
BUSY = """
import sys
sys.argv[:] = ["crm-mocks", {command!r}, *{arguments!r}]
import {module} as module
def endless(*_args, **_keywords):
    open({started!r}, "w").close()
    while True:
        pass
module.{function} = endless
from crm_mocks.cli import main
main()
"""
PLACES = {
    "check, judging": ("check", ["x.har"], "crm_contracts.judge.collector", "Collector.add"),
    "check, reporting": ("check", ["x.har"], "crm_contracts.report.terminal", "render"),
    "run, judging": ("run", ["--", "true"], "crm_contracts.clients.run", "_judged"),
    "run, reporting": ("run", ["--", "true"], "crm_contracts.report.terminal", "render"),
    "sweep, reporting": ("sweep", ["--", "true"], "crm_contracts.report.terminal", "render"),
    "diff, comparing": ("diff", ["activix", "activix"], "crm_contracts.diff", "compare"),
    "coverage, merging": ("coverage", ["x.json"], "crm_contracts.judge.files", "read_verdict"),
    "lint, reading": ("lint", ["x.yaml"], "crm_mocks.files.reading", "read_bytes"),
}
HAR = """{"log": {"entries": [{"startedDateTime": "2026-01-01T00:00:00Z", "time": 1, "request": {"method": "GET",
"url": "http://x/v1/leads/config", "headers": []}, "response": {"status": 200, "headers": [], "content": {}}}]}}"""


def stopped(process: subprocess.Popen[bytes], started: Path, number: signal.Signals) -> float:
    """Stop a process once it has started its work; return how long it took."""
    until = time.monotonic() + 60
    while not started.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(0.1)
    process.send_signal(number)
    began = time.monotonic()
    process.wait(30)
    return time.monotonic() - began


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
@pytest.mark.parametrize("place", PLACES)
def test_a_stop_ends_a_command_that_is_busy(place: str, number: signal.Signals, tmp_path: Path) -> None:
    command, arguments, module, function = PLACES[place]
    (tmp_path / "x.har").write_text(HAR)
    (tmp_path / "x.json").write_text("{}")
    started = tmp_path / "started"
    source = BUSY.format(command=command, arguments=arguments, module=module, function=function, started=str(started))
    mark = f"MARK_{os.urandom(8).hex()}"
    process = subprocess.Popen(
        [sys.executable, "-c", source], cwd=tmp_path, env={**os.environ, mark: "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert stopped(process, started, number) < _MOST_SECONDS
    assert process.returncode in (128 + number, -number)
    process.stderr.close()
    assert_nothing_is_left(mark)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
@pytest.mark.parametrize("command", ["run", "sweep", "fuzz"])
def test_a_stop_ends_a_client_that_ignores_it(command: str, number: signal.Signals, tmp_path: Path) -> None:
    started = tmp_path / "started"
    mark = f"MARK_{os.urandom(8).hex()}"
    crm_mocks = str(Path(sys.executable).with_name("crm-mocks"))
    process = subprocess.Popen(
        [crm_mocks, command, "--", sys.executable, "-c", STUBBORN, str(started)],
        cwd=tmp_path, env={**os.environ, mark: "1", "TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert stopped(process, started, number) < _MOST_SECONDS
    process.stderr.close()
    assert process.returncode in (128 + number, 130)
    assert_nothing_is_left(mark)
    assert list(tmp_path.iterdir()) == [started]


def assert_nothing_is_left(mark: str) -> None:
    until = time.monotonic() + 10
    while left := list(marked_processes(mark)):
        assert time.monotonic() < until, left
        time.sleep(0.02)
