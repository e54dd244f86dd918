"""A process that outlives this one, to stop its child processes and remove its temporary files if it is killed.

It notices the end of this process by a pipe, of which this process alone has the other end. It stops the process groups
that it was told to watch, and on Linux all processes whose environment has its mark. A child process that is just being
started is not missed: until it runs its program, it holds the pipe open too.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from crm_mocks.files.temporary import new_folder_path, remove_abandoned

_MARK: Final = "CRM_MOCKS_WATCHDOG"
_RELEASE: Final = "end"
_MOST_DESCRIPTORS: Final = 65_536
_ROUNDS: Final = 100
_ROUND_SECONDS: Final = 0.01

_watchdogs: list[_Watchdog] = []


class _Watchdog:
    """This process's side of the watchdog.

    Attributes:
        mark: value of an environment variable of child processes.
    """

    def __init__(self, folder: Path) -> None:
        self.mark = secrets.token_hex(16)
        read_end, self._write_end = os.pipe()
        self._owner = os.getpid()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # about threads: the watchdog only makes system calls
            self._pid = os.fork()
        if self._pid == 0:
            os.close(self._write_end)
            try:
                _clean_up_after(read_end, self.variable, folder)
            finally:
                os._exit(0)
        os.close(read_end)

    @property
    def variable(self) -> bytes:
        """Return the variable of the environment of child processes."""
        return f"{_MARK}={self.mark}".encode()

    def send(self, line: str) -> None:
        """Send it a line about a process group."""
        if os.getpid() == self._owner:
            with suppress(OSError):
                os.write(self._write_end, f"{line}\n".encode())

    def release(self) -> None:
        """End it; child processes may go on."""
        if os.getpid() != self._owner:
            return
        self.send(_RELEASE)
        os.close(self._write_end)
        with suppress(ChildProcessError):
            os.waitpid(self._pid, 0)


@contextmanager
def watchdog(*, kills_leftovers: bool = False) -> Iterator[Path]:
    """Have child processes stopped and temporary files removed if this process is killed while the `with` block runs.

    Temporary files are in a folder of this process meanwhile, which is removed when the block ends. Where processes
    cannot be forked, the next start removes it.

    Args:
        kills_leftovers: on Linux, also kill what child processes leave behind, such as daemons, when the block ends.
    """
    remove_abandoned()
    folder = new_folder_path()
    started = _Watchdog(folder) if hasattr(os, "fork") else None
    before = tempfile.tempdir
    try:
        folder.mkdir(mode=0o700)
        tempfile.tempdir = str(folder)
        if started is not None:
            _watchdogs.append(started)
        yield folder
    finally:
        tempfile.tempdir = before
        if started is not None:
            if started in _watchdogs:
                _watchdogs.remove(started)
            if kills_leftovers:
                _kill_marked(started.variable)
            started.release()
        shutil.rmtree(folder, ignore_errors=True)


def marked(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the environment of a child process, by which the watchdog finds it and its children."""
    return {**environment, _MARK: _watchdogs[-1].mark} if _watchdogs else environment


def watch(group: int) -> None:
    """Have a process group killed with this process."""
    for each in _watchdogs[-1:]:
        each.send(f"+{group}")


def forget(group: int) -> None:
    """Do not kill a process group, since it has ended, and its id may belong to another."""
    for each in _watchdogs[-1:]:
        each.send(f"-{group}")


def _clean_up_after(read_end: int, variable: bytes, folder: Path) -> None:
    """Wait for the end of the other process, and clean up after it; this is the watchdog."""
    os.setsid()  # signals of the terminal are not for it
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):  # whoever reads the output waits for the other process only
        os.dup2(null, descriptor)
    os.dup2(read_end, 3)
    os.closerange(4, _MOST_DESCRIPTORS)
    groups: set[int] = set()
    with os.fdopen(3, "rb", closefd=False) as pipe:
        for line in pipe:
            if line == f"{_RELEASE}\n".encode():
                return
            (groups.add if line[:1] == b"+" else groups.discard)(int(line[1:]))
    for group in groups:
        with suppress(OSError):
            os.killpg(group, signal.SIGKILL)
    _kill_marked(variable)
    shutil.rmtree(folder, ignore_errors=True)


def _kill_marked(variable: bytes) -> None:
    """Kill all processes whose environment has a variable, and those that they start meanwhile."""
    for _ in range(_ROUNDS):
        if not any([_kill_if_marked(entry, variable) for entry in Path("/proc").glob("[0-9]*")]):  # noqa: C419  # all
            return
        time.sleep(_ROUND_SECONDS)


def _kill_if_marked(process: Path, variable: bytes) -> bool:
    try:
        if variable not in (process / "environ").read_bytes().split(b"\0"):
            return False
        os.kill(int(process.name), signal.SIGKILL)
    except (OSError, ValueError):  # it is another user's, or has ended
        return False
    return True
