"""Time from command to first answer, and memory then: medians over rounds in which the servers take turns."""

from __future__ import annotations

import http.client
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers import HEADERS, Server, free_port


@dataclass
class Measured:
    """What was measured of one server, a figure for each round."""

    name: str
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)


def measure(servers: list[Server], rounds: int) -> list[Measured]:
    """Start each server in each round and measure it."""
    found = {server.name: Measured(server.name) for server in servers}
    for _ in range(rounds):
        for server in servers:
            seconds, megabytes = _start_once(server)
            found[server.name].seconds.append(seconds)
            found[server.name].megabytes.append(megabytes)
    return list(found.values())


def _start_once(server: Server) -> tuple[float, float]:
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(server.command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not _answers(port, server.path):
            if process.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit(f"{server.name} did not start: exit code {process.returncode}")
            time.sleep(0.005)
        return time.perf_counter() - began, _megabytes(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers=HEADERS)
        response = connection.getresponse()
        response.read()
    except OSError:
        return False
    finally:
        connection.close()
    if response.status != 200:
        raise SystemExit(f"the first answer has status {response.status}")
    return True


def _megabytes(pid: int) -> float:
    """Return the resident memory of a process and its children."""
    total = 0.0
    for each in [pid, *_children(pid)]:
        for line in Path(f"/proc/{each}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1]) / 1024
    return total


def _children(pid: int) -> list[int]:
    found = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
    return [*found, *(grandchild for child in found for grandchild in _children(child))]


def table(measured: list[Measured]) -> str:
    """Return the medians as a Markdown table, ratios against the last server."""
    base = measured[-1]
    rows = ["| server | first answer, s | ratio | memory, MB | ratio |", "| --- | --- | --- | --- | --- |"]
    for each in measured:
        seconds, base_seconds = statistics.median(each.seconds), statistics.median(base.seconds)
        memory, base_memory = statistics.median(each.megabytes), statistics.median(base.megabytes)
        cells = [f"{seconds:.2f}", f"{seconds / base_seconds:.2f}", f"{memory:.0f}", f"{memory / base_memory:.2f}"]
        rows.append(f"| {each.name} | {' | '.join(cells)} |")
    return "\n".join(rows)
