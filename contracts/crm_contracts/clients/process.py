"""Run a command in a process group of its own, with this process's input and output, and forward signals to it."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

from crm_contracts.clients.job_control import Terminal
from crm_mocks.countdown import WAIT_SECONDS, Countdown
from crm_mocks.errors import UsageError
from crm_mocks.watchdog import forget, marked, watch

_FORWARDED: Final = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGBREAK")  # SIGBREAK: Windows
    if hasattr(signal, name)
]
_GRACE_SECONDS: Final = 2.0
"""Time between SIGTERM and SIGKILL."""

STOP_SECONDS: Final = 0.4
"""Time that a command gets to end when this process is stopped, which has a second in total."""

_STOPS: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""The forwarded signals that stop this process, by name."""

_POLL_SECONDS: Final = 0.25
"""Interval at which a command stopped from the terminal is noticed."""


@dataclass(frozen=True)
class ExitStatus:
    """How a command ended.

    Attributes:
        code: exit code as a shell reports it: 128 plus the number of a signal.
        signal: name of the signal that ended it, or empty.
        stopped: it was stopped at its time limit.
    """

    code: int
    signal: str = ""
    stopped: bool = False


def run(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> ExitStatus:
    """Run a command until it ends or its time limit is over. Call this in the main thread.

    Signals sent to this process are forwarded to all processes of the command, which get SIGKILL soon after those that
    stop. At the time limit they get SIGTERM, and SIGKILL soon after.

    Args:
        command: program and arguments.
        environment: the complete environment.
        seconds: time limit.

    Raises:
        UsageError: the program does not exist or cannot be run.
    """
    with _forwarding() as forwarder:
        process = start(command, environment)
        forwarder.attach(process)
        with Terminal(process.pid) as terminal:
            if _wait(process, seconds, terminal, forwarder):
                return exit_status(process)
            if forwarder.stopped_by is None:
                stop(process)
                return exit_status(process, stopped=True)
            kill_group(process)
            process.wait()
    exit_status(process)
    return ExitStatus(128 + forwarder.stopped_by, signal.Signals(forwarder.stopped_by).name)


def _wait(process: subprocess.Popen[bytes], seconds: float, terminal: Terminal, forwarder: _Forwarder) -> bool:
    """Return whether a command ended by itself in time; time suspended from the terminal does not count."""
    countdown = Countdown(seconds)
    while (left := min(countdown.left(), forwarder.until - time.monotonic())) > 0:
        try:
            process.wait(min(left, _POLL_SECONDS))
        except subprocess.TimeoutExpired:
            if terminal.suspended_seconds(process.pid):
                countdown.skip()
        else:
            return True
    return False


def wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until a command ends; time that this process is held up does not count.

    Raises:
        subprocess.TimeoutExpired: it does not end in time.
    """
    countdown = Countdown(seconds)
    while (left := countdown.left()) > 0:
        with suppress(subprocess.TimeoutExpired):
            process.wait(min(left, WAIT_SECONDS))
            return
    raise subprocess.TimeoutExpired(process.args, seconds)


def start(command: Sequence[str], environment: Mapping[str, str], **popen: Any) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own.

    Args:
        command: program and arguments.
        environment: the complete environment.
        popen: further keywords of `subprocess.Popen`.

    Raises:
        UsageError: the program does not exist or cannot be run.
    """
    if os.name == "posix":
        popen["process_group"] = 0
    try:
        process = subprocess.Popen(command, env=marked(environment), **popen)  # noqa: S603  # the user's own command
    except FileNotFoundError:
        why = "not found"
    except PermissionError:
        is_contract = command[0].endswith((".yaml", ".yml", ".json"))
        why = f"not executable; a contract is given as --contract {command[0]}" if is_contract else "not executable"
    except OSError as error:
        why = error.strerror or str(error)
    except ValueError as error:
        why = str(error)
    else:
        watch(process.pid)
        return process
    raise UsageError(f"cannot run '{command[0]}': {why}") from None


def stop(process: subprocess.Popen[bytes], seconds: float = _GRACE_SECONDS) -> None:
    """Terminate all processes of a command, and kill those that do not end soon.

    Args:
        process: the command.
        seconds: time that they get to end.
    """
    _send(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        wait(process, seconds)
    kill_group(process)
    process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a command, including processes that it left behind."""
    _send(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def _send(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to all processes of a command."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, number)
            os.killpg(process.pid, signal.SIGCONT)  # a suspended process would not react
        else:
            process.send_signal(number)


def exit_status(process: subprocess.Popen[bytes], *, stopped: bool = False) -> ExitStatus:
    """Return how a process that has ended did so."""
    forget(process.pid)
    code = process.returncode
    if code >= 0:
        return ExitStatus(code, stopped=stopped)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return ExitStatus(128 - code, name, stopped)


class _Forwarder:
    """Forwards signals to a command, including those that arrived before it was started.

    Attributes:
        stopped_by: first signal that stops this process, or `None`.
        until: monotonic time at which the command must have ended because of it.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        self.stopped_by: int | None = None
        self.until = math.inf

    def handle(self, number: int, _: FrameType | None) -> None:
        if signal.Signals(number).name in _STOPS and self.stopped_by is None:
            self.stopped_by, self.until = number, time.monotonic() + STOP_SECONDS
        if self._process is None:
            self._early.append(number)
        else:
            _send(self._process, number)

    def attach(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        for number in self._early:
            _send(process, number)


@contextmanager
def _forwarding() -> Iterator[_Forwarder]:
    forwarder = _Forwarder()
    handled = [number for number in _FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, forwarder.handle) for number in handled}
    try:
        yield forwarder
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
