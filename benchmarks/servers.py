"""Servers under measurement: started on a core, asked until they answer, weighed, stopped."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import payload

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / ".bench"
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Of servers: like those of users, they start from compiled modules."""

_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@dataclass(frozen=True)
class Server:
    """A server that can be started on a port.

    Attributes:
        name: as the table has it.
        command: makes the command line for a port.
        environment: added to this process's own.
        note: what it leaves out in comparison, or how it is set up.
    """

    name: str
    command: Callable[[int], list[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Running:
    """A server that answers.

    Attributes:
        first_answer: seconds from the command to the first answer.
    """

    port: int
    process: subprocess.Popen[bytes]
    first_answer: float

    def megabytes(self) -> float:
        """Return the resident memory of the process and its children."""
        return sum(_status_kilobytes(each) for each in family(self.process.pid)) / 1024

    def cpu_seconds(self) -> float:
        """Return the processor time that the process and its children have taken, to the microsecond."""
        tasks = (task for each in family(self.process.pid) for task in Path(f"/proc/{each}/task").iterdir())
        return sum(int((task / "schedstat").read_text(encoding="utf-8").split()[0]) for task in tasks) / 1e9


def crm_mocks(*options: str) -> Server:
    """This project, all vendors loaded."""
    command = [sys.executable, "-m", "crm_mocks", "serve", "--set", f"{payload.VENDOR}.rate_limit=off", *options]
    return Server("crm-mocks, all vendors", lambda port: [*command, "-p", str(port)])


@contextmanager
def running(server: Server, *, port: int = 0, core: int | None = None, log: Path | None = None) -> Iterator[Running]:
    """Start a server, and stop it at the end.

    Args:
        server: which.
        port: where; 0 for a free one.
        core: the one processor core that it may use, counted from 0; `None` leaves it all.
        log: file that its output is appended to.
    """
    port = port or free_port()
    began = time.perf_counter()
    with (log or Path(os.devnull)).open("ab") as output:
        process = subprocess.Popen(
            server.command(port),
            stdout=output,
            stderr=output,
            env={**_ENVIRONMENT, **server.environment},
        )
        if core is not None:
            pin(process.pid, core)
    try:
        number = 0
        while not _answers(port, number):
            number += 1
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit(f"{server.name} did not start: exit code {process.returncode}")
            time.sleep(0.005)
        yield Running(port, process, time.perf_counter() - began)
    finally:
        _stop(process)


def pin(pid: int, core: int) -> None:
    """Keep a process that has just begun to one core, where the machine has several and lets us."""
    if len(_CORES) > 1:
        os.sched_setaffinity(pid, {_CORES[core % len(_CORES)]})


def ask(port: int, body: bytes, key: str | None = payload.KEY) -> tuple[int, bytes]:
    """Send createLead; return status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/json", **({"x-api-key": key} if key is not None else {})}
    try:
        connection.request("POST", payload.path(), body, headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def _answers(port: int, number: int) -> bool:
    try:
        status, body = ask(port, payload.encoded(number))
    except OSError:
        return False
    if status != 200:
        raise SystemExit(f"the first answer has status {status}: {body[:500]!r}")
    return True


def free_port() -> int:
    """Return a port that nobody uses."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)


def _status_kilobytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def family(pid: int) -> list[int]:
    """Return a process and all that it has started, itself first."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return [pid, *(each for child in children for each in family(int(child)))]
