"""The server of a test run, shared by all workers and started by the first that needs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from crm_contracts.pytest_plugin.lock import locked
from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.server_workers import server_workers
from crm_mocks.errors import CrmMocksError, UsageError

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.005
_COMMAND: Final = (
    "import os, sys; sys.path += sys.argv.pop(1).split(os.pathsep); from crm_mocks.cli import main; main()"
)


def running(directory: Path) -> dict[str, Any] | None:
    """Return the content of the ready file of a run's server, or `None` if it has not been started."""
    try:
        ready: dict[str, Any] = json.loads((directory / "server.json").read_bytes())
    except FileNotFoundError:
        return None
    return ready


def ensure_running(
    directory: Path, options: PluginOptions, parent_pid: int, meanwhile: Callable[[], object]
) -> dict[str, Any]:
    """Return the content of the ready file of a run's server; start the server if it is not running.

    Args:
        directory: directory of the run; created if missing.
        options: options of the run.
        parent_pid: id of the process with which the server stops.
        meanwhile: called while the server starts.

    Raises:
        UsageError: the server did not start.
    """
    ready = running(directory)
    if ready is not None:
        return ready
    directory.mkdir(mode=0o700, exist_ok=True)
    with locked(directory / "lock"):
        return running(directory) or _start(directory, options, parent_pid, meanwhile)


def log_tail(directory: Path) -> str:
    """Return the last lines that a run's server wrote to stderr."""
    try:
        return "\n".join((directory / "server.log").read_text("utf-8", "replace").splitlines()[-5:])
    except OSError:
        return ""


def stop(pid: int) -> None:
    """Ask a run's server to stop."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGTERM)


def wait_until_stopped(pid: int) -> None:
    """Wait until a run's server has exited, with a time limit."""
    from crm_mocks.server.parent_process import is_alive

    deadline = time.monotonic() + _STOP_SECONDS
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    with suppress(OSError):  # another process may have started the server
        os.waitpid(pid, os.WNOHANG)


def _start(directory: Path, options: PluginOptions, parent_pid: int, meanwhile: Callable[[], object]) -> dict[str, Any]:
    starting = directory / f"starting-{os.getpid()}.json"
    with (directory / "server.log").open("ab") as log_file:
        # A separate process group: Ctrl-C must not stop the server, since pytest still requests the verdict.
        process = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-P", "-c", _COMMAND, _package_path(), *_arguments(options, starting, parent_pid)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log_file,
            start_new_session=True,
        )
    deadline = time.monotonic() + _START_SECONDS
    meanwhile()
    while not starting.exists():
        if process.poll() is not None:
            message = log_tail(directory).removeprefix("crm-mocks: ")
            raise UsageError(f"the mocks did not start: {message or f'exit code {process.returncode}'}")
        if time.monotonic() > deadline:
            process.kill()
            raise CrmMocksError(f"the mocks did not start within {_START_SECONDS:.0f} seconds")
        time.sleep(_POLL_SECONDS)
    process.returncode = 0  # not waited for: the server outlives this worker
    starting.rename(directory / "server.json")
    ready = running(directory)
    assert ready is not None  # just renamed
    return ready


def _package_path() -> str:
    """Return the folders of our packages, which may be importable only because of pytest's settings."""
    import crm_contracts
    import crm_mocks

    return os.pathsep.join(str(Path(package.__file__ or "").parents[1]) for package in (crm_mocks, crm_contracts))


def _arguments(options: PluginOptions, ready_file: Path, parent_pid: int) -> Iterator[str]:
    yield from ("serve", "--port", "0", "--log", "off", "--ready-file", str(ready_file), "--end-with", str(parent_pid))
    yield from ("--seed", str(options.seed), "--workers", str(server_workers(options.workers)))
    yield from options.sources.arguments()
    if options.now is not None:
        yield from ("--now", options.now)
    if options.config is not None:
        yield from ("--config", str(options.config))
    for assignment in options.assignments:
        yield from ("--set", assignment)
