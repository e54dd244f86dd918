"""Requests a second, latency and memory under load: rounds in which the servers take turns, one alive at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import payload
from benchmarks.servers import BENCH, ROOT, Server, pin, running

CONNECTIONS = 8
SERVER_CORE, _LOAD_CORE = 0, 1


@dataclass(frozen=True)
class Round:
    """What one server did in one round.

    Attributes:
        per_second: requests answered.
        p50, p99, p999: milliseconds.
        megabytes: resident after the load.
        cpu: microseconds of processor time for a request, all threads and processes of the server.
        share: cores that the server used. Less than 1.0 of a pinned server means that other work was in its way, or
            that it waited for the load generator.
        own_share: cores that the load generator used.
    """

    per_second: float
    p50: float
    p99: float
    p999: float
    megabytes: float
    cpu: float
    share: float
    own_share: float


@dataclass(frozen=True)
class Rounds:
    """All rounds of one server, in one way of sharing the cores."""

    rounds: list[Round]

    @property
    def median(self) -> Round:
        """Medians of all figures."""
        return Round(*(median(self._values(name)) for name in Round.__dataclass_fields__))

    def spread(self, name: str) -> tuple[float, float]:
        """Return the least and the greatest value of a figure."""
        return min(self._values(name)), max(self._values(name))

    def _values(self, name: str) -> list[float]:
        return [getattr(each, name) for each in self.rounds]


def once(server: Server, warm_up: float, seconds: float, *, pinned: bool) -> Round:
    """Start a server and load it.

    Args:
        server: which.
        warm_up: seconds of load that do not count.
        seconds: length of the load.
        pinned: give the server a core of its own, and the load generator another; else the system shares them out.

    Raises:
        SystemExit: it answers anything but 200.
    """
    load_core = _LOAD_CORE if pinned else None
    with running(server, core=SERVER_CORE if pinned else None) as alive:
        load(alive.port, payload.template(), load_core, seconds=warm_up)
        before = alive.cpu_seconds()
        found = load(alive.port, payload.template(), load_core, seconds=seconds, first=500_000_000)
        cpu = alive.cpu_seconds() - before
        statuses = found["statuses"]
        if set(statuses) != {"200"}:
            raise SystemExit(f"{server.name} answers valid leads with {statuses}")
        return Round(
            found["per_second"],
            found["p50"],
            found["p99"],
            found["p999"],
            alive.megabytes(),
            cpu / statuses["200"] * 1e6,
            cpu / (statuses["200"] / found["per_second"]),
            found["own_share"],
        )


def load(port: int, template: bytes, core: int | None = _LOAD_CORE, **options: float) -> dict[str, Any]:
    """Run the load generator in a process of its own; return what it prints.

    Args:
        port: where the server is.
        template: request, see `benchmarks.load`.
        core: that it is pinned to, if any.
        options: of the load generator.
    """
    BENCH.mkdir(exist_ok=True)
    path = BENCH / "request.http"
    path.write_bytes(template)
    command = [sys.executable, "-m", "benchmarks.load", str(port), str(path), "--connections", str(CONNECTIONS)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        if core is not None:
            pin(process.pid, core)
        printed, _ = process.communicate()
    if process.returncode:
        raise SystemExit("the load generator failed")
    found: dict[str, Any] = json.loads(printed)
    return found
