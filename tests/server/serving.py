"""Running `crm-mocks` as a process, like users do."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from click.testing import CliRunner

from crm_mocks.cli import main
from crm_mocks.vendor import load_vendor, vendor_names

COMMAND = [sys.executable, "-m", "crm_mocks"]

STOP_SECONDS = 60.0
"""A stop takes less on the slowest machine, unless it waits for a client; `benchmarks.starts` measures it."""

PATIENT = {f"host.{stage}_seconds": 600 for stage in ("head", "body", "idle")}
"""Settings under which no client times out: neither on a machine that is held up, nor before `STOP_SECONDS`."""


@functools.cache
def any_vendor() -> str:
    """Return the name of any vendor, since the tests do not depend on it."""
    return vendor_names()[0]


def first_path(vendor: str) -> str:
    """Return a path of the vendor."""
    loaded = load_vendor(vendor)
    contract = loaded.contract_file.in_force(loaded.settings_type())
    return next(iter(contract.operations.values())).path


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command until it exits."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


def refused(*arguments: str, **environment: str) -> str:
    """Run a command that must fail with a usage error; return the error line."""
    done = run(*arguments, **environment)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


def refused_here(*arguments: str) -> str:
    """Like `refused`, but run the command in this process, which is faster."""
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2, (done.exit_code, done.output)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr.strip()


class Serving:
    """A `crm-mocks serve` that is ready.

    Attributes:
        url: from its ready line.
    """

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process = process
        self.url = url

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float, str, str]:
        """Stop it; return exit code, duration in seconds, and the rest of stdout and stderr."""
        began = time.monotonic()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, time.monotonic() - began, out, err


@contextmanager
def serving(*arguments: str, **environment: str) -> Iterator[Serving]:
    """Serve any vendor on a free port, with additional arguments, to patient clients."""
    patient = [word for name, seconds in PATIENT.items() for word in ("--set", f"{name}={seconds}")]
    command = [*COMMAND, "serve", any_vendor(), "--port", "0", *patient, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("ready "), (line, process.stderr.read() if process.stderr and not line else "")
            yield Serving(process, line.split()[1])
        finally:
            process.kill()
