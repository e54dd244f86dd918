"""A server with several workers, in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from crm_mocks.server.thread import Mocks
from crm_mocks.workers.ownership import owner_of

ROOT = Path(__file__).parents[2]


class Workers:
    """A server that is ready.

    Attributes:
        process: the first worker.
        url: its URL.
        ca_file: certificate authority, or `None` for plain HTTP.
    """

    def __init__(self, process: subprocess.Popen[str], count: int, url: str, ca_file: str | None) -> None:
        self.process = process
        self.count = count
        self.url = url
        self.ca_file = ca_file

    @property
    def mocks(self) -> Mocks:
        """This server for the helpers of `tests.server.connections`, which use its URL and certificate only."""
        return cast("Mocks", self)

    def others(self) -> list[int]:
        """Return the process ids of the other workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8")
        return [int(each) for each in children.split()]

    def session_of(self, worker: int, prefix: str = "s") -> str:
        """Return the name of a session that belongs to a worker."""
        names = (f"{prefix}-{number}" for number in range(1000))
        return next(name for name in names if owner_of(name, self.count) == worker)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float, str]:
        """Stop it; return exit code, seconds and stderr."""
        began = time.monotonic()
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=120)
        return self.process.returncode, time.monotonic() - began, err


@contextmanager
def serving_workers(count: int, loop: str = "uvloop", **options: Any) -> Iterator[Workers]:
    """Serve Toy CRM with several workers.

    Args:
        count: number of workers.
        loop: `uvloop` or `asyncio`.
        options: options of `crm_mocks.serve`.
    """
    with tempfile.TemporaryDirectory() as root:
        command = [sys.executable, "-m", "tests.workers.toy_server", root, str(count), loop, json.dumps(options)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ}
        ) as process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                assert line, process.stderr.read() if process.stderr else ""
                yield Workers(process, count, **json.loads(line))
            finally:
                process.kill()


def exists(pid: int) -> bool:
    """Return whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
