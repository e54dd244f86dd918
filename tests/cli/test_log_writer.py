"""A log that nobody reads holds up nothing."""

from __future__ import annotations

import itertools
import logging
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import orjson
import pytest

import crm_mocks
from crm_mocks.cli import log_writer
from crm_mocks.cli.announce import start_log
from crm_mocks.cli.log_writer import LogHandler, LogWriter
from tests.server.serving import COMMAND, STOP_SECONDS, any_vendor
from tests.server.test_process import in_flight


def test_an_unread_stderr_holds_up_neither_requests_nor_a_stop(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = [*COMMAND, "serve", any_vendor(), "--port", "0", "--log", "json", "--ready-file", str(ready)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            while not ready.exists():
                assert process.poll() is None
                time.sleep(0.02)
            with httpx.Client(base_url=orjson.loads(ready.read_bytes())["url"], timeout=60) as client:
                for number in range(600):  # more than a pipe holds
                    assert client.get(f"/nothing/{number}/{'x' * 200}").status_code == 404
            began = time.monotonic()
            process.terminate()
            assert process.wait(60) == 0
            assert time.monotonic() - began < STOP_SECONDS
        finally:
            process.kill()


def test_lines_that_nobody_read_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    read_end, write_end = os.pipe()
    monkeypatch.setattr(log_writer, "MAX_CHARACTERS", 20_000)
    monkeypatch.setattr(sys, "stderr", os.fdopen(write_end, "w"))
    writer = LogWriter()
    for number in range(3_000):
        writer.write(f"{number:099}")
    received = b""
    while b"left out" not in received:
        received += os.read(read_end, 65_536)
        writer.write("more")
    writer.flush()
    lines = received.decode().splitlines()
    kept = sum(line.isdecimal() for line in lines)
    left_out = sum(int(line.split()[1]) for line in lines if "left out" in line)
    assert 0 < kept < 3_000
    assert 0 < left_out < 3_000 + 100
    os.close(read_end)


def test_a_process_that_is_held_up_while_it_ends_loses_no_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    moments = itertools.count(step=10)
    held_up = SimpleNamespace(monotonic=lambda: next(moments), sleep=time.sleep)
    monkeypatch.setattr(log_writer, "time", held_up)
    writer = LogWriter()
    for number in range(100):
        writer.write(str(number))
        writer.flush()
    assert capfd.readouterr().err.split() == [str(number) for number in range(100)]


def test_what_is_logged_while_the_server_stops_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    at_flush: list[list[str]] = []
    monkeypatch.setattr(LogWriter, "write", lambda _, line: written.append(line))
    monkeypatch.setattr(LogWriter, "flush", lambda _: at_flush.append([*written]))
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr("crm_mocks.server.http_server.GRACE_SECONDS", 60.0)
    settings = {f"{any_vendor()}.latency_ms": 1_000}
    with ExitStack() as stack, crm_mocks.serve(any_vendor(), port=0, settings=settings) as mocks:
        prepared: Any = SimpleNamespace(application=SimpleNamespace(mock_app=mocks.mock_app))
        start_log(prepared, "json")
        stack.enter_context(in_flight(mocks))
    assert [len(lines) for lines in at_flush] == [1]


def test_a_lack_of_memory_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    writer = LogWriter()
    handler = LogHandler(writer)
    for error in (MemoryError(), ValueError("wrong")):
        information = (type(error), error, None)
        handler.emit(logging.LogRecord("x", logging.ERROR, "", 1, "it failed\nhere", None, information))
    writer.flush()
    assert capfd.readouterr().err.splitlines() == ["it failed: out of memory", "it failed", "here", "ValueError: wrong"]


def test_lines_are_written_without_colours_unless_wanted(capfd: pytest.CaptureFixture[str]) -> None:
    plain, coloured = LogWriter(), LogWriter(colour=True)
    plain.write("\x1b[31mred\x1b[0m")
    plain.flush()
    coloured.write("\x1b[31mred\x1b[0m")
    coloured.flush()
    assert capfd.readouterr().err == "red\n\x1b[31mred\x1b[0m\n"
