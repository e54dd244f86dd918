"""A program of examples/ that makes many runs in one process, by the lines of `crm-mocks fuzz --persistent`."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_READY = re.compile(r"ready(?: (\d+))?\n")
_SECONDS = 60.0


@dataclass(frozen=True)
class Run:
    """How a run ended.

    Attributes:
        code: its exit code; `None` if it was still going on when it was stopped.
        output: what it printed.
    """

    code: int | None
    output: str


class PersistentProgram:
    """The program; to be closed."""

    def __init__(self, command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> None:
        """Start it, and wait until it is ready.

        Args:
            command: program and arguments.
            folder: to run it in.
            variables: of the environment, beside those of this process.
        """
        own = {name: value for name, value in os.environ.items() if name not in ("MISTAKE", "WEAKNESS")}
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**own, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.first = self._listen(_SECONDS)

    def run(self, seconds: float = _SECONDS) -> Run:
        """Have it make a run; stop it if that takes longer."""
        assert self._process.stdin is not None
        self._process.stdin.write("run\n")
        self._process.stdin.flush()
        return self._listen(seconds)

    def close(self) -> int:
        """End its stdin; return its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        code = self._process.wait(_SECONDS)
        self._thread.join(_SECONDS)
        self._process.stdout.close()
        return code

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _listen(self, seconds: float) -> Run:
        """Return what is printed before it is ready again, or ends."""
        until, output = time.monotonic() + seconds, ""
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                os.killpg(self._process.pid, signal.SIGKILL)
                return Run(None, output)
            if not line:
                return Run(self._process.wait(_SECONDS), output)
            ready = _READY.fullmatch(line)
            if ready:
                return Run(int(ready[1] or 0), output)
            output += line
