"""`python -m benchmarks.state`: what a shared state costs, and what more processes bring, in one run.

Each row is a number of processes behind the same proxy, in memory or with a state on a server of this machine. With a
state and several processes, every request of a session goes to another process than the one before. Processor time is
counted apart for the mocks and for the server of the state: what a row can do on enough cores is one core divided by
the larger of the two, per process and per server.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import cast

from benchmarks import payload
from benchmarks.load import SESSION_MARK
from benchmarks.servers import ROOT
from benchmarks.state_servers import Mocks, cpu_seconds, memory_bytes, proxy, state_server

_ROWS = ((1, False), (1, True), (2, True), (3, True))


def _template(folder: Path) -> Path:
    """Write createLead to any of the sessions, as the load generator reads it."""
    head, _, rest = payload.template().partition(b"\r\n")
    path = folder / "template"
    path.write_bytes(head + b"\r\nX-Mock-Session: " + SESSION_MARK + b"\r\n" + rest)
    return path


def _load(port: int, template: Path, requests: int, first: int, given: argparse.Namespace) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.load", str(port), str(template), "--seconds", "300"]
    options = ("--connections", str(given.connections), "--sessions", str(given.sessions), "--first", str(first))
    done = subprocess.run(
        [*command, "--requests", str(requests), *options], capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _usage(url: str) -> tuple[int, int]:
    """Return the bytes that the state's server holds, and those that it has received and sent."""
    if not url:
        return 0, 0
    import redis

    with redis.Redis.from_url(url) as client:
        found = cast("dict[str, int]", client.info())
    return found["used_memory"], found["total_net_input_bytes"] + found["total_net_output_bytes"]


def _row(processes: int, given: argparse.Namespace, *, shared: bool) -> str:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        options: tuple[str, ...] = ("--seed", "1")
        url, state_pid = "", 0
        if shared:
            url, state_pid = stack.enter_context(state_server(folder))
            options += ("--state", url)
        mocks = [Mocks(*options) for _ in range(processes)]
        for each in mocks:
            stack.callback(each.kill)
        port = stack.enter_context(proxy(folder, mocks))
        template = _template(folder)
        _load(port, template, given.requests // 5, 0, given)
        before = [cpu_seconds(each.process.pid) for each in mocks], cpu_seconds(state_pid) if state_pid else 0.0
        stored, sent = _usage(url)
        found = _load(port, template, given.requests, 1_000_000, given)
        mocks_cpu = sum(cpu_seconds(each.process.pid) for each in mocks) - sum(before[0])
        state_cpu = cpu_seconds(state_pid) - before[1] if state_pid else 0.0
        memory = sum(memory_bytes(each.process.pid) for each in mocks) / processes
        stored, sent = (now - then for now, then in zip(_usage(url), (stored, sent), strict=True))
    name = f"{'Valkey' if shared else 'memory'}, {processes} process{'es' if processes > 1 else ''}"
    micros = 1e6 / given.requests
    return (
        f"| {name} | {found['per_second']:.0f} | {found['p50']:.1f} | {found['p99']:.1f} | {mocks_cpu * micros:.0f} "
        f"| {state_cpu * micros:.0f} | {memory / 1e6:.0f} | {stored / given.requests / 1000:.1f} "
        f"| {sent / given.requests / 1000:.1f} |"
    )


def main() -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args()
    print(
        "| state | requests/s | p50 ms | p99 ms | µs of the mocks for a request | µs of the state's server "
        "| MB of a process | kB stored for a request | kB sent for a request |"
    )
    print("| --- " * 9 + "|")
    for processes, shared in _ROWS:
        print(_row(processes, given, shared=shared), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
