"""The server of a run, which one process begins to start and any may need first."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.server import run_server
from crm_contracts.pytest_plugin.server.run_server import StartingServer
from crm_mocks.process_status import is_alive


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[StartingServer]:
    starting = run_server.begin(tmp_path / "run", PluginOptions(), os.getpid())
    assert starting is not None
    yield starting
    run_server.stop(starting.process.pid)
    run_server.wait_until_stopped(starting.process.pid)


def test_another_process_uses_the_server_that_this_one_has_begun(begun: StartingServer) -> None:
    ready = run_server.ensure_running(begun.directory, PluginOptions(), os.getpid(), None, lambda: None)
    assert ready["pid"] == begun.process.pid
    begun.abandon()
    assert is_alive(begun.process.pid)
    assert run_server.running(begun.directory) == ready


@pytest.mark.filterwarnings("error")
def test_a_server_that_is_ready_before_it_is_waited_for_may_outlive_this_process(tmp_path: Path) -> None:
    starting = run_server.begin(tmp_path / "run", PluginOptions(), os.getpid())
    assert starting is not None
    pid = starting.process.pid
    while not starting.ready_file.exists() and starting.process.poll() is None:
        time.sleep(0.01)
    assert (
        run_server.ensure_running(tmp_path / "run", PluginOptions(), os.getpid(), starting, lambda: None)["pid"] == pid
    )
    del starting
    gc.collect()  # a process that still runs and was not waited for would give a warning
    run_server.stop(pid)
    run_server.wait_until_stopped(pid)


def test_a_server_that_no_process_uses_ends_with_the_one_that_began_it(begun: StartingServer) -> None:
    begun.abandon()
    assert not is_alive(begun.process.pid)
    assert run_server.running(begun.directory) is None
    again = run_server.begin(begun.directory, PluginOptions(), os.getpid())
    assert again is not None
    again.abandon()
