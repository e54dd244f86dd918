"""The server of a test run, shared by all workers and started by the first that needs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crm_contracts.pytest_plugin.options import PluginOptions
from crm_contracts.pytest_plugin.run_directory import SERVER, RunDirectory
from crm_contracts.pytest_plugin.server.lock import locked
from crm_contracts.pytest_plugin.server.server_workers import server_workers
from crm_mocks.cli.child_server import COMMAND, ChildServer
from crm_mocks.errors import CrmMocksError, UsageError

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.001
_READY_FILE: Final = "starting-{}.json"
"""Name of the ready file of a server that no process uses yet, by the process that has started it."""

_PROGRAM: Final = f"import os, sys; sys.path += sys.argv.pop(1).split(os.pathsep); {COMMAND}"


def running(directory: Path) -> dict[str, Any] | None:
    """Return the content of the ready file of a run's server, or `None` if it has not been started."""
    try:
        ready: dict[str, Any] = json.loads((directory / SERVER).read_bytes())
    except FileNotFoundError:
        return None
    return ready


@dataclass
class StartingServer:
    """A server that this process has started; until it has waited for it, it holds the lock of the run.

    Another process that needs the server first does not wait for this one, which may need it much later.

    Attributes:
        directory: directory of the run.
        process: the server.
        ready_file: written by the server when it is ready.
        lock: releases the lock.
    """

    directory: Path
    process: subprocess.Popen[bytes]
    ready_file: Path
    lock: ExitStack

    def wait(self) -> dict[str, Any]:
        """Wait until the server is ready; return the content of its ready file.

        Raises:
            UsageError: the server did not start.
        """
        deadline = time.monotonic() + _START_SECONDS
        with self.lock:
            while (ready := running(self.directory) or _taken(self.ready_file)) is None:
                if self.process.poll() is not None:
                    message = log_tail(self.directory).removeprefix("crm-mocks: ")
                    raise UsageError(f"the mocks did not start: {message or f'exit code {self.process.returncode}'}")
                if time.monotonic() > deadline:
                    self.process.kill()
                    raise _late(self.directory)
                time.sleep(_POLL_SECONDS)
            self.process.returncode = 0  # not waited for: the server outlives this worker
        return ready

    def abandon(self) -> None:
        """Stop the server, which this process has not needed, unless another one uses it."""
        with self.lock, _taking(self.directory):
            if running(self.directory) is not None:
                self.process.returncode = 0
                return
            self.process.kill()
            self.process.wait()
            self.ready_file.unlink(missing_ok=True)


def _taken(ready_file: Path) -> dict[str, Any] | None:
    """Make a server that is ready the one of the run; return the content of its ready file, or `None` if it is not."""
    if not ready_file.exists():
        return None
    directory = ready_file.parent
    with _taking(directory), suppress(FileNotFoundError):  # taken by another process, or abandoned
        ready_file.rename(directory / SERVER)
    return running(directory)


def _taking(directory: Path) -> AbstractContextManager[None]:
    """Keep servers that are ready from being taken and abandoned at the same time."""
    return locked(directory / "taking")


def begin(directory: Path, options: PluginOptions, parent_pid: int) -> StartingServer | None:
    """Begin to start a run's server, unless it is running or another process is starting it; return it.

    Args:
        directory: directory of the run; created if missing.
        options: options of the run.
        parent_pid: id of the process with which the server stops.
    """
    RunDirectory(directory).create()
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(directory / "lock", wait=False))
        except OSError:
            return None
        if running(directory) is not None:
            return None
        return _start(directory, options, parent_pid, stack.pop_all())


def ensure_running(
    directory: Path,
    options: PluginOptions,
    parent_pid: int,
    starting: StartingServer | None,
    meanwhile: Callable[[], object],
) -> dict[str, Any]:
    """Return the content of the ready file of a run's server; start the server if it is not running.

    Args:
        directory: directory of the run; created if missing.
        options: options of the run.
        parent_pid: id of the process with which the server stops.
        starting: the server, if this process has started it.
        meanwhile: called while the server starts.

    Raises:
        UsageError: the server did not start.
    """
    deadline = time.monotonic() + _START_SECONDS
    while starting is None:
        ready = running(directory) or _ready_of_another(directory)
        if ready is not None:
            return ready
        starting = begin(directory, options, parent_pid)
        if starting is None:
            if time.monotonic() > deadline:
                raise _late(directory)
            time.sleep(_POLL_SECONDS)
    meanwhile()
    return starting.wait()


def _ready_of_another(directory: Path) -> dict[str, Any] | None:
    """Return the content of the ready file of a server that another process has started, or `None`."""
    return next(filter(None, map(_taken, directory.glob(_READY_FILE.format("*")))), None)


def _late(directory: Path) -> CrmMocksError:
    said = log_tail(directory)
    return CrmMocksError(f"the mocks did not start within {_START_SECONDS:.0f} seconds{said and ': '}{said}")


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
    from crm_mocks.process_status import is_alive

    deadline = time.monotonic() + _STOP_SECONDS
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    with suppress(OSError):  # another process may have started the server
        os.waitpid(pid, os.WNOHANG)


def _start(directory: Path, options: PluginOptions, parent_pid: int, lock: ExitStack) -> StartingServer:
    ready_file = directory / _READY_FILE.format(os.getpid())
    with (directory / "server.log").open("ab") as log_file:
        # A separate process group: Ctrl-C must not stop the server, since pytest still requests the verdict.
        process = subprocess.Popen(  # noqa: S603  # our own command
            [
                sys.executable,
                "-P",
                "-c",
                _PROGRAM,
                _package_path(),
                _server(options, ready_file, parent_pid).argument(),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log_file,
            start_new_session=True,
        )
    return StartingServer(directory, process, ready_file, lock)


def _package_path() -> str:
    """Return the folders of our packages, which may be importable only because of pytest's settings."""
    import crm_contracts
    import crm_mocks

    return os.pathsep.join(str(Path(package.__file__ or "").parents[1]) for package in (crm_mocks, crm_contracts))


def _server(options: PluginOptions, ready_file: Path, parent_pid: int) -> ChildServer:
    return ChildServer(
        str(ready_file),
        parent_pid,
        options.sources.as_json(),
        seed=options.seed,
        now=options.now,
        journal=_text(options.journal),
        workers=server_workers(options.workers),
        config=_text(options.config),
        assignments=options.assignments,
    )


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
