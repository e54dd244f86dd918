"""`make bench`: measures this project beside its peers; prints tables of medians and ratios, and keeps them.

The servers take turns, one alive at a time, so that whatever else the machine does meets all of them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median

from benchmarks import fairness, peers, startup, throughput
from benchmarks.report import Measured, written
from benchmarks.servers import Server, crm_mocks

RESULTS = Path(__file__).with_name("results.md")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each server is started and loaded")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a load")
    parser.add_argument("--warm-up", type=float, default=2.0, help="seconds of load before it that do not count")
    given = parser.parse_args()
    left_out: list[str] = []
    servers = [crm_mocks(), *peers.available(left_out.append)]
    for line in left_out:
        _tell(line)
    measured = _measured(servers, given.rounds, given.warm_up, given.seconds)
    bare = next((each for each in measured if each.server.name == peers.BARE_NAME), None)
    others = [each for each in measured[1:] if each is not bare]
    rounds = f"{given.rounds} rounds of {given.seconds:g} s after {given.warm_up:g} s of warm-up"
    report = written(measured[0], others, bare, left_out, rounds)
    RESULTS.write_text(report, encoding="utf-8")
    print(report)
    return 0


def _measured(servers: list[Server], rounds: int, warm_up: float, seconds: float) -> list[Measured]:
    statuses = [fairness.examined(server) for server in servers]
    starts: list[list[tuple[float, float]]] = [[] for _ in servers]
    loads: list[list[throughput.Round]] = [[] for _ in servers]
    for number in range(rounds):
        for server, start, load in zip(servers, starts, loads, strict=True):
            _tell(f"round {number + 1} of {rounds}: {server.name}")
            start.append(startup.once(server))
            load.append(throughput.once(server, warm_up, seconds))
    return [
        Measured(
            server,
            throughput.medians(load),
            median(seconds for seconds, _ in start),
            median(megabytes for _, megabytes in start),
            status,
        )
        for server, start, load, status in zip(servers, starts, loads, statuses, strict=True)
    ]


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
