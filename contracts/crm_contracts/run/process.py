"""A command in a process group of its own: its input and output are ours, and so are our signals its."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

from crm_contracts.run.terminal import Terminal
from crm_mocks.errors import UsageError

_FORWARDED: Final = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGBREAK")  # the last is Windows'
    if hasattr(signal, name)
]
_GRACE_SECONDS: Final = 2.0
"""How long a command that is stopped at its time limit may take to clean up."""

_SLICE_SECONDS: Final = 0.25
"""How long a command that is stopped at the terminal may go unnoticed."""


@dataclass(frozen=True)
class ExitStatus:
    """How a command ended.

    Attributes:
        code: its exit code, as a shell has it: 128 and more for a signal.
        signal: name of the signal that ended it, or empty.
        stopped: it was still running at its time limit.
    """

    code: int
    signal: str = ""
    stopped: bool = False


def run(command: Sequence[str], environment: Mapping[str, str], seconds: float) -> ExitStatus:
    """Run a command to its end, or to its time limit.

    Signals that this process is sent meanwhile go to all of the command's processes; at the time limit they are asked
    to end, and killed soon after. To be called in the main thread.

    Args:
        command: program and arguments.
        environment: all of its variables.
        seconds: its time limit.

    Raises:
        UsageError: there is no such program, or it cannot be run.
    """
    with _signals() as pending:
        process = start(command, environment)
        pending.begin(process)
        with Terminal(process.pid) as terminal:
            in_time = _wait(process, seconds, terminal)
            if not in_time:
                stop(process)
    return ended(process, stopped=not in_time)


def _wait(process: subprocess.Popen[bytes], seconds: float, terminal: Terminal) -> bool:
    """Wait for the end of a command; tell whether it came in time, of which stops at the terminal take nothing."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        try:
            process.wait(min(left, _SLICE_SECONDS))
        except subprocess.TimeoutExpired:
            until += terminal.pause(process.pid)
        else:
            return True
    return False


def start(command: Sequence[str], environment: Mapping[str, str], **further: Any) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own.

    Args:
        command: program and arguments.
        environment: all of its variables.
        further: keywords of `subprocess.Popen`.

    Raises:
        UsageError: there is no such program, or it cannot be run.
    """
    if os.name == "posix":
        further["process_group"] = 0
    try:
        return subprocess.Popen(command, env=environment, **further)  # noqa: S603  # it is what the user asks for
    except FileNotFoundError:
        why = "not found"
    except PermissionError:
        why = "not executable"
    except OSError as error:
        why = error.strerror or str(error)
    except ValueError as error:
        why = str(error)
    raise UsageError(f"cannot run '{command[0]}': {why}") from None


def stop(process: subprocess.Popen[bytes]) -> None:
    """Have all processes of a command end, and kill them if they do not soon."""
    _send(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_SECONDS)
    end_rest(process)
    process.wait()


def end_rest(process: subprocess.Popen[bytes]) -> None:
    """Kill what there still is of a command, also of what it has left behind when it ended."""
    _send(process, getattr(signal, "SIGKILL", signal.SIGTERM))


def _send(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to all processes of a command."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, number)
            os.killpg(process.pid, signal.SIGCONT)  # one that is stopped would not take notice
        else:
            process.send_signal(number)


def ended(process: subprocess.Popen[bytes], *, stopped: bool = False) -> ExitStatus:
    """Return how a process ended, which is no more."""
    code = process.returncode
    if code >= 0:
        return ExitStatus(code, stopped=stopped)
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return ExitStatus(128 - code, name, stopped)


class _Pending:
    """Hands on signals, those too that came before there was anybody to hand them to."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def take(self, number: int, _: FrameType | None) -> None:
        if self._process is None:
            self._early.append(number)
        else:
            _send(self._process, number)

    def begin(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        for number in self._early:
            _send(process, number)


@contextmanager
def _signals() -> Iterator[_Pending]:
    pending = _Pending()
    heard = [number for number in _FORWARDED if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, pending.take) for number in heard}
    try:
        yield pending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
