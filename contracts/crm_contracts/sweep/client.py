"""The client program: many runs of it at once, each with its output kept, none left behind."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Final

from crm_contracts.run import process

_LINES: Final = 8
_BYTES: Final = 4096


@dataclass(frozen=True)
class Ran:
    """A run: how it ended, how long it took, and the last lines of what it printed."""

    ended: process.Ended
    seconds: float
    output: str


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
        with tempfile.TemporaryFile() as output:
            began = time.monotonic()
            client = self._start(environment, output)
            try:
                client.wait(self._seconds)
                stopped = False
            except subprocess.TimeoutExpired:
                process.stop(client)
                stopped = True
            finally:
                with self._lock:
                    self._running.discard(client)
            return Ran(process.ended(client, stopped=stopped), time.monotonic() - began, _tail(output))

    def _start(self, environment: Mapping[str, str], output: IO[bytes]) -> subprocess.Popen[bytes]:
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
        for client in running:
            process.stop(client)


def _tail(output: IO[bytes]) -> str:
    end = output.seek(0, 2)
    output.seek(max(0, end - _BYTES))
    lines = output.read().decode("utf-8", "replace").splitlines()
    return "\n".join(lines[-_LINES:])
