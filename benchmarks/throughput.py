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
        p50, p99: milliseconds.
        megabytes: resident after the load.
        cpu: microseconds of processor time for a request, all threads and processes of the server.
        share: how much of its core the server had; less than all of it means that other work was in its way, or that
            it waited for the load generator.
        own_share: how busy the load generator's core was, 1.0 being all of it.
    """

    per_second: float
    p50: float
    p99: float
    megabytes: float
    cpu: float
    share: float
    own_share: float


def once(server: Server, warm_up: float, seconds: float) -> Round:
    """Start a server on a core of its own, and load it from another.

    Raises:
        SystemExit: it answers anything but 200.
    """
    with running(server, core=SERVER_CORE) as alive:
        load(alive.port, payload.template(), seconds=warm_up)
        before = alive.cpu_seconds()
        found = load(alive.port, payload.template(), seconds=seconds, first=500_000_000)
        cpu = alive.cpu_seconds() - before
        statuses = found["statuses"]
        if set(statuses) != {"200"}:
            raise SystemExit(f"{server.name} answers valid leads with {statuses}")
        return Round(
            found["per_second"],
            found["p50"],
            found["p99"],
            alive.megabytes(),
            cpu / statuses["200"] * 1e6,
            cpu / (statuses["200"] / found["per_second"]),
            found["own_share"],
        )


def load(port: int, template: bytes, **options: float) -> dict[str, Any]:
    """Run the load generator in a process of its own; return what it prints.

    Args:
        port: where the server is.
        template: request, see `benchmarks.load`.
        options: of the load generator.
    """
    BENCH.mkdir(exist_ok=True)
    path = BENCH / "request.http"
    path.write_bytes(template)
    command = [sys.executable, "-m", "benchmarks.load", str(port), str(path), "--connections", str(CONNECTIONS)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        pin(process.pid, _LOAD_CORE)
        printed, _ = process.communicate()
    if process.returncode:
        raise SystemExit("the load generator failed")
    found: dict[str, Any] = json.loads(printed)
    return found


def medians(rounds: list[Round]) -> Round:
    """Return the medians of all figures."""
    return Round(*(median(getattr(each, name) for each in rounds) for name in Round.__dataclass_fields__))
