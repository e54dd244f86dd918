"""A log that nobody reads holds up nothing."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import orjson
import pytest

from crm_mocks.cli import log_writer
from crm_mocks.cli.log_writer import LogWriter
from tests.server.serving import COMMAND, STOP_SECONDS, any_vendor


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


def test_lines_are_written_without_colours_unless_wanted(capfd: pytest.CaptureFixture[str]) -> None:
    plain, coloured = LogWriter(), LogWriter(colour=True)
    plain.write("\x1b[31mred\x1b[0m")
    plain.flush()
    coloured.write("\x1b[31mred\x1b[0m")
    coloured.flush()
    assert capfd.readouterr().err == "red\n\x1b[31mred\x1b[0m\n"
