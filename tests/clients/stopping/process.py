"""Commands as processes that are stopped, some of them at a place that never ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.clients.killed.test_killed import marked_processes
from tests.pytest_plugin.conftest import UNUSED_PLUGINS

MOST_SECONDS = 30.0
"""A stop is cut after six seconds however busy the machine is; this leaves time for ending processes."""

ENDLESS = """
import sys
from importlib import import_module
sys.argv[:] = ["crm-mocks", *{arguments!r}]
def endless(*_args, **_keywords):
    while True:
        try:
            open({started!r}, "w").close()
            while True:
                pass
        except BaseException:
            if not {is_stubborn}:
                raise
module, _, names = {place!r}.partition(":")
*owners, name = names.split(".")
owner = import_module(module)
for each in owners:
    owner = getattr(owner, each)
setattr(owner, name, endless)
from crm_mocks.cli import main
main()
"""
"""Runs a command whose work never ends at one place; a stubborn one survives the exception that a signal raises."""

PATIENT = """
import sys
from crm_mocks.cli import main, stopping
for name in {limits!r}:
    setattr(stopping, name, 3600.0)
sys.argv[:] = ["crm-mocks", *{arguments!r}]
main()
"""
"""Runs a command that has an hour for an orderly end, by some of its time limits."""

_IDLE_LIMITS = ("_IDLE_SECONDS", "_MOST_SECONDS")

SIGNALS = {
    "SIGINT": (signal.SIGINT,),
    "SIGTERM": (signal.SIGTERM,),
    "SIGINT, then SIGTERM": (signal.SIGINT, signal.SIGTERM),
}


@dataclass
class Stopped:
    """How a command ended.

    Attributes:
        code: its exit code.
        out: its stdout.
        err: its stderr.
    """

    code: int
    out: str
    err: str


def patient_command(*arguments: str) -> list[str]:
    """Return a command that has as much time for an orderly end as it takes, however slow the machine is."""
    return [sys.executable, "-c", PATIENT.format(arguments=arguments, limits=("_SECONDS", *_IDLE_LIMITS))]


class Running:
    """A command that runs in a folder of its own, which has its temporary files too."""

    def __init__(self, command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._mark = f"MARK_{os.urandom(8).hex()}"
        self.temporary = folder / "temporary"
        self.temporary.mkdir(exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        variables = {**inherited, self._mark: "1", "TMPDIR": str(self.temporary), **environment}
        self.process = subprocess.Popen(
            command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def url(self) -> str:
        """Return the URL of a server's ready line."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("ready "), (line, self.process.communicate())
        return line.removeprefix("ready ").strip()

    def wait_for(self, file: Path) -> None:
        """Wait until the command or its program has made a file."""
        until = time.monotonic() + 120
        while not file.exists():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < until
            time.sleep(0.01)

    def stop(self, *signals: signal.Signals, files: bool = True) -> Stopped:
        """Send signals; require that the command ends soon, and that nothing of it is left.

        Args:
            signals: signals, a tenth of a second between them.
            files: require that no temporary file is left either.
        """
        began = time.monotonic()
        for number in signals:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
            time.sleep(0.1)
        out, err = self.process.communicate(timeout=120)
        assert time.monotonic() - began < MOST_SECONDS
        self.assert_nothing_is_left(files=files)
        return Stopped(self.process.returncode, out, err)

    def assert_nothing_is_left(self, *, files: bool = True) -> None:
        """Require that soon no process, and no temporary file of the command is left."""
        until = time.monotonic() + 60
        while left := [*marked_processes(self._mark), *(self.temporary.iterdir() if files else ())]:
            assert time.monotonic() < until, left
            time.sleep(0.02)


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[Running]:
    """Run a command that has as much time for an orderly end as it takes; kill it if the test fails.

    Args:
        folder: working directory.
        arguments: of `crm-mocks`.
        environment: further variables.
    """
    with _killed_at_the_end(Running(patient_command(*arguments), folder, environment)) as running:
        yield running


@contextmanager
def running_patiently(folder: Path, *arguments: str) -> Iterator[Running]:
    """Run a command that has an hour for an orderly end unless it is busy, or cannot reach it.

    Args:
        folder: working directory.
        arguments: of `crm-mocks`.
    """
    script = PATIENT.format(arguments=arguments, limits=_IDLE_LIMITS)
    with _killed_at_the_end(Running([sys.executable, "-c", script], folder, {})) as running:
        yield running


@contextmanager
def running_endlessly(folder: Path, place: str, *arguments: str, is_stubborn: bool = True) -> Iterator[Running]:
    """Run a command until it is at a place that never ends.

    Args:
        folder: working directory.
        place: `<module>:<function>` that never ends.
        arguments: of `crm-mocks`.
        is_stubborn: the place survives the exception that a signal raises.
    """
    started = folder / "started"
    source = ENDLESS.format(arguments=arguments, started=str(started), place=place, is_stubborn=is_stubborn)
    with _killed_at_the_end(Running([sys.executable, "-c", source], folder, {})) as running:
        yield running


@contextmanager
def running_pytest(folder: Path, *arguments: str) -> Iterator[Running]:
    """Run pytest; kill it if the test fails.

    Args:
        folder: working directory, with the tests.
        arguments: of pytest.
    """
    unused = [word for name in UNUSED_PLUGINS for word in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", *unused, *arguments]
    with _killed_at_the_end(Running(command, folder, {})) as running:
        yield running


@contextmanager
def _killed_at_the_end(running: Running) -> Iterator[Running]:
    with running.process:
        try:
            yield running
        finally:
            running.process.kill()
