"""A stop ends a command within a second wherever it is, and leaves no process of the client."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.clients.stopping.process import MOST_SECONDS, SIGNALS, running, running_endlessly, running_patiently

STUBBORN = """
import os, signal, sys, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
open(sys.argv[1], "w").close()
time.sleep(600)
"""
PLACES = {
    "check, judging": (["check", "x.har"], "crm_contracts.judge.exchanges.collector:Collector.add"),
    "check, reporting": (["check", "x.har"], "crm_contracts.report.terminal:render"),
    "run, judging": (["run", "--", "true"], "crm_contracts.clients.run:_judged"),
    "run, reporting": (["run", "--", "true"], "crm_contracts.report.terminal:render"),
    "sweep, reporting": (["sweep", "--", "true"], "crm_contracts.report.terminal:render"),
    "diff, comparing": (["diff", "activix", "activix"], "crm_contracts.diff:compare"),
    "coverage, merging": (["coverage", "x.json"], "crm_contracts.judge.files:read_verdict"),
    "lint, reading": (["lint", "x.yaml"], "crm_mocks.files.reading:read_bytes"),
}
HAR = """{"log": {"entries": [{"startedDateTime": "2026-01-01T00:00:00Z", "time": 1, "request": {"method": "GET",
"url": "http://x/v1/leads/config", "headers": []}, "response": {"status": 200, "headers": [], "content": {}}}]}}"""


@pytest.mark.parametrize(
    ("number", "is_stubborn"), [(signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGTERM, True)]
)
@pytest.mark.parametrize("place", PLACES)
def test_a_stop_ends_a_command_that_is_busy(
    place: str, number: signal.Signals, is_stubborn: bool, tmp_path: Path
) -> None:
    arguments, function = PLACES[place]
    (tmp_path / "x.har").write_text(HAR)
    (tmp_path / "x.json").write_text("{}")
    with running_endlessly(tmp_path, function, *arguments, is_stubborn=is_stubborn) as command:
        command.wait_for(tmp_path / "started")
        assert command.stop(number).code == 128 + number


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_a_vendor_whose_import_hangs_has_no_longer_than_what_is_busy(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "contract.yaml").write_text("openapi: 3.0.3")
    (tmp_path / "crm" / "__init__.py").write_text("import time\nopen('started', 'w').close()\ntime.sleep(600)\n")
    with running_patiently(tmp_path, "list", "crm", "--vendor-dir", "crm") as command:
        command.wait_for(tmp_path / "started")
        assert command.stop(number).code == 128 + number


@pytest.mark.parametrize("signals", SIGNALS.values(), ids=SIGNALS)
@pytest.mark.parametrize("command", ["run", "sweep", "fuzz"])
def test_a_stop_ends_a_client_that_ignores_it(
    command: str, signals: tuple[signal.Signals, ...], tmp_path: Path
) -> None:
    started = tmp_path / "started"
    with running(tmp_path, command, "--", sys.executable, "-c", STUBBORN, str(started)) as process:
        process.wait_for(started)
        assert process.stop(*signals).code in (128 + signals[0], 130)
    assert {*tmp_path.iterdir()} == {started, process.temporary}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_output_that_nobody_reads_does_not_hold_up_a_stop(number: signal.Signals, tmp_path: Path) -> None:
    with running(tmp_path, "contract", "activix") as command:  # more than a pipe holds
        command.process.stdout.read(1)
        time.sleep(0.2)
        assert command.process.poll() is None
        command.process.send_signal(number)
        assert command.process.wait(MOST_SECONDS) == 128 + number


@pytest.mark.parametrize("is_stubborn", [False, True])
def test_a_report_that_a_stop_cuts_short_is_as_it_was_and_a_line_says_so(is_stubborn: bool, tmp_path: Path) -> None:
    (tmp_path / "x.har").write_text(HAR)
    (tmp_path / "old.html").write_text("old")
    arguments = ("check", "x.har", "--junit", "new.xml", "--html", "old.html", "--write-baseline", "new.baseline")
    place = "crm_contracts.report.html_page:render"
    with running_endlessly(tmp_path, place, *arguments, is_stubborn=is_stubborn) as command:
        command.wait_for(tmp_path / "started")
        stopped = command.stop(signal.SIGTERM)
    assert stopped.err.splitlines() == [
        "crm-mocks: stopped before the report was complete: old.html stays as it was, new.baseline was not written"
    ]
    assert (tmp_path / "old.html").read_text() == "old"
    assert (tmp_path / "new.xml").read_text().rstrip().endswith("</testsuites>")
    assert {path.name for path in tmp_path.iterdir()} == {"x.har", "old.html", "new.xml", "started", "temporary"}
