"""Client programs that are started anew for each run, several at a time."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from crm_contracts.clients import process
from crm_mocks.countdown import WAIT_SECONDS, Countdown

_OUTPUT_LINES: Final = 8
_OUTPUT_BYTES: Final = 4096
KEPT_BYTES: Final = 131_072
"""Bytes kept of what a program prints in a run: the last ones."""

_GRACE_SECONDS: Final = 1.0
"""Wait for the end of the output, if a process that left the program's group still holds it."""


@dataclass(frozen=True)
class ProcessResult:
    """How a program ended and what it printed.

    Attributes:
        exit: how it ended.
        seconds: duration.
        printed: its output, or the end of a long one.
    """

    exit: process.ExitStatus
    seconds: float
    printed: bytes

    @property
    def output(self) -> str:
        """The last lines of the output."""
        lines = self.printed[-_OUTPUT_BYTES:].decode("utf-8", "replace").splitlines()
        return "\n".join(lines[-_OUTPUT_LINES:])


class DeadlineReached(Exception):
    """The time for the whole campaign is over, so that something was not run or was stopped."""


@dataclass(frozen=True)
class TimeLimit:
    """Time limit of a run.

    Attributes:
        seconds: a program that runs for longer is stopped.
        deadline: monotonic time at which it is stopped in any case, if any.
    """

    seconds: float
    deadline: float | None = None

    @property
    def seconds_left(self) -> float:
        """Seconds until the earlier of the two."""
        return self.seconds if self.deadline is None else min(self.seconds, self.deadline - time.monotonic())

    @property
    def deadline_is_over(self) -> bool:
        """Whether the deadline is over."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def check(self) -> None:
        """Raise `DeadlineReached` if the deadline is over."""
        if self.deadline_is_over:
            raise DeadlineReached


class ClientProgram(Protocol):
    """A client program that can be run again and again."""

    def run(
        self, environment: Mapping[str, str], *, seconds: float | None = None, deadline: float | None = None
    ) -> ProcessResult:
        """Run it until it ends or its time limit is over."""

    def renew(self) -> None:
        """Use a new process for the next run."""

    def stop(self) -> None:
        """Stop it, and start no further process."""


class OneShotProgram:
    """A client program with one process per run; runs may be made in several threads."""

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        """Prepare a program.

        Args:
            command: program and arguments.
            seconds: time limit of a run.
        """
        self._command = command
        self._seconds = seconds
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def run(
        self, environment: Mapping[str, str], *, seconds: float | None = None, deadline: float | None = None
    ) -> ProcessResult:
        """Run the program until it ends or its time limit is over.

        Args:
            environment: the complete environment.
            seconds: another time limit for this run.
            deadline: monotonic time at which the run is stopped in any case.

        Raises:
            UsageError: the program does not exist or cannot be run.
            DeadlineReached: the deadline is over before the program ended.
        """
        limit = TimeLimit(seconds or self._seconds, deadline)
        limit.check()
        output = _OutputTail()
        began = time.monotonic()
        try:
            client = self._start(environment, output.write_end)
        finally:
            os.close(output.write_end)
        try:
            process.wait(client, limit.seconds_left)
            ran_for, stopped = time.monotonic() - began, False
            process.kill_group(client)
        except subprocess.TimeoutExpired:
            ran_for, stopped = time.monotonic() - began, True
            cut_short = limit.deadline_is_over
            process.stop(client)
            if cut_short:
                raise DeadlineReached from None
        except BaseException:  # such as Ctrl-C, which does not reach the client's process group
            process.stop(client)
            raise
        finally:
            with self._lock:
                self._running.discard(client)
        return ProcessResult(process.exit_status(client, stopped=stopped), ran_for, output.read())

    def renew(self) -> None:
        """Do nothing: each run has a new process."""

    def _start(self, environment: Mapping[str, str], output: int) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise SystemExit
            client = process.start(
                self._command, environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
            self._running.add(client)
            return client

    def stop(self) -> None:
        """Stop all running processes, and start no further one."""
        with self._lock:
            self._stopped = True
            running = list(self._running)
        if running:
            with ThreadPoolExecutor(len(running)) as pool:  # each may take its time to clean up
                list(pool.map(partial(process.stop, seconds=process.STOP_SECONDS), running))


class _OutputTail:
    """Reads what a program prints and keeps the end of it.

    Attributes:
        write_end: file descriptor for the program; close it here once the program has it.
    """

    def __init__(self) -> None:
        read_end, self.write_end = os.pipe()
        self._tail = b""
        self._thread = threading.Thread(target=self._keep, args=(read_end,), daemon=True)
        self._thread.start()

    def _keep(self, read_end: int) -> None:
        with os.fdopen(read_end, "rb", buffering=0) as pipe:
            while chunk := pipe.read(65536):
                self._tail = (self._tail + chunk)[-KEPT_BYTES:]

    def read(self) -> bytes:
        """Return the tail after the program ended."""
        countdown = Countdown(_GRACE_SECONDS)
        while self._thread.is_alive() and (left := countdown.left()) > 0:
            self._thread.join(min(left, WAIT_SECONDS))
        return self._tail
