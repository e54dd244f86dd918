"""The server as a child process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_mocks.cli.child_server import COMMAND, ChildServer

SOURCES: dict[str, Any] = {"folders": [], "contracts": [], "stateless": False}


@pytest.fixture
def server(tmp_path: Path) -> ChildServer:
    return ChildServer(str(tmp_path / "ready.json"), os.getpid(), SOURCES)


def start(server: ChildServer, program: str = COMMAND) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-P", "-c", program, server.argument()], text=True, **pipes)


def test_an_invalid_option_is_one_line(server: ChildServer) -> None:
    with start(replace(server, assignments=("config_api.rate_limit",))) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said == "crm-mocks: --set config_api.rate_limit: must be <vendor>.<setting>=<value>\n"


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_what_packages_have_registered_for_its_end_runs(server: ChildServer) -> None:
    program = f"import atexit; atexit.register(print, 'ended', flush=True); {COMMAND}"
    with start(server, program) as process:
        deadline = time.monotonic() + 60
        while not Path(server.ready_file).exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=60)
    assert (process.returncode, printed) == (0, "ended\n")
