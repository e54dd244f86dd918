"""The client program: many runs of it at once, each with its output kept, none left behind."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from crm_contracts.run import process

_LINES: Final = 8
_SHOWN_BYTES: Final = 4096
KEPT_BYTES: Final = 131_072
"""Of what a client prints in a run, how much of the end is kept."""

_GRACE_SECONDS: Final = 1.0
"""For how long the end of the output is waited for, if a process that has left the client's group still holds it."""


@dataclass(frozen=True)
class Ran:
    """A run.

    Attributes:
        ended: how it ended.
        seconds: how long it took.
        printed: what it printed, of much the end.
    """

    ended: process.ExitStatus
    seconds: float
    printed: bytes

    @property
    def output(self) -> str:
        """The last lines of what it printed."""
        lines = self.printed[-_SHOWN_BYTES:].decode("utf-8", "replace").splitlines()
        return "\n".join(lines[-_LINES:])


class Clients:
    """Runs the client program, from several threads."""

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        """Take note of the program.

        Args:
            command: program and arguments.
            seconds: time limit of a run.
        """
        self._command = command
        self._seconds = seconds
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._over = False

    def run(self, environment: Mapping[str, str]) -> Ran:
        """Run the program to its end, or to its time limit.

        Args:
            environment: all of its variables.

        Raises:
            UsageError: there is no such program, or it cannot be run.
        """
        output = _Tail()
        began = time.monotonic()
        try:
            client = self._start(environment, output.writing)
        finally:
            os.close(output.writing)
        try:
            client.wait(self._seconds)
            seconds, stopped = time.monotonic() - began, False
            process.end_rest(client)
        except subprocess.TimeoutExpired:
            process.stop(client)
            seconds, stopped = time.monotonic() - began, True
        except BaseException:  # such as Ctrl-C, of which the client hears nothing
            process.stop(client)
            raise
        finally:
            with self._lock:
                self._running.discard(client)
        return Ran(process.ended(client, stopped=stopped), seconds, output.end())

    def renew(self) -> None:
        """Have the next run made by a fresh process, as every run is."""

    def _start(self, environment: Mapping[str, str], output: int) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._over:
                raise SystemExit
            client = process.start(
                self._command, environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
            self._running.add(client)
            return client

    def stop(self) -> None:
        """Stop all that are still running; no further one is started."""
        with self._lock:
            self._over = True
            running = list(self._running)
        if running:
            with ThreadPoolExecutor(len(running)) as pool:  # each may take its time to clean up
                list(pool.map(process.stop, running))


class _Tail:
    """Keeps the end of what a client prints, however much that is.

    Attributes:
        writing: where it is to print; to be closed as soon as the client has it.
    """

    def __init__(self) -> None:
        reading, self.writing = os.pipe()
        self._end = b""
        self._thread = threading.Thread(target=self._keep, args=(reading,), daemon=True)
        self._thread.start()

    def _keep(self, reading: int) -> None:
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            while came := pipe.read(65536):
                self._end = (self._end + came)[-KEPT_BYTES:]

    def end(self) -> bytes:
        """Return what was kept, when the client has ended."""
        self._thread.join(_GRACE_SECONDS)
        return self._end
