"""`make bench`: measures this project beside its peers; prints tables of medians and ratios, and keeps them.

The servers take turns, one alive at a time, so that whatever else the machine does meets all of them. Each is loaded
twice a round: with all cores shared out by the system, as users meet it, and on a core of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import fairness, peers, startup, throughput
from benchmarks.report import Measured, Program, Run, to_markdown
from benchmarks.servers import ROOT, Server, crm_mocks

RESULTS = Path(__file__).with_name("results.md")

_PROGRAMS: Final = {
    "A suite of 300 tests, one request each": ("suites", "--rounds", "5"),
    "An in-process call beside a stub": ("offline",),
    "A request to a supplied contract": ("supplied",),
    "Workers": ("workers",),
    "Pauses of the garbage collector": ("pauses",),
    "Growth with stored leads and with sessions": ("growth",),
    "Profile of a request": ("profile", "--functions", "0"),
}
"""Other programs of this folder, each with its options, by the heading of its output."""


def main() -> int:
    """Run the benchmark; return 2 if the options are wrong, else 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each server is started and loaded")
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a load")
    parser.add_argument("--warm-up", type=float, default=2.0, help="seconds of load before it that do not count")
    parser.add_argument("--servers-only", action="store_true", help="leave out the other programs of benchmarks/")
    options = parser.parse_args()
    left_out: list[str] = []
    servers = [crm_mocks(), *peers.available(left_out.append)]
    for line in left_out:
        _note(line)
    measured = _measured(servers, options.rounds, options.warm_up, options.seconds)
    bare = next((each for each in measured if each.server.name == peers.BARE_NAME), None)
    others = [each for each in measured[1:] if each is not bare]
    report = to_markdown(
        Run(
            ours=measured[0],
            peers=others,
            bare=bare,
            left_out=left_out,
            connexion_seconds=_connexion_seconds(options.rounds),
            rounds=f"{options.rounds} rounds of {options.seconds:g} s after {options.warm_up:g} s of warm-up",
            programs=[] if options.servers_only else [_ran(*program) for program in _PROGRAMS.items()],
        )
    )
    RESULTS.write_text(report, encoding="utf-8")
    print(report)
    return 0


def _measured(servers: list[Server], rounds: int, warm_up: float, seconds: float) -> list[Measured]:
    statuses = [fairness.examined(server) for server in servers]
    starts: list[list[tuple[float, float]]] = [[] for _ in servers]
    pinned: list[list[throughput.Round]] = [[] for _ in servers]
    unpinned: list[list[throughput.Round]] = [[] for _ in servers]
    for number in range(rounds):
        for index, server in enumerate(servers):
            _note(f"round {number + 1} of {rounds}: {server.name}")
            starts[index].append(startup.once(server))
            unpinned[index].append(throughput.once(server, warm_up, seconds, pinned=False))
            pinned[index].append(throughput.once(server, warm_up, seconds, pinned=True))
    return [
        Measured(
            server,
            throughput.Rounds(unpinned[index]),
            throughput.Rounds(pinned[index]),
            median(seconds for seconds, _ in starts[index]),
            median(megabytes for _, megabytes in starts[index]),
            statuses[index],
        )
        for index, server in enumerate(servers)
    ]


def _connexion_seconds(rounds: int) -> float:
    """Return the seconds that Python takes to start and to import connexion, the floor of our start."""
    taken = []
    for _ in range(rounds):
        before = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import connexion"], check=True)
        taken.append(time.perf_counter() - before)
    return median(taken)


def _ran(heading: str, words: tuple[str, ...]) -> Program:
    command = [sys.executable, "-m", f"benchmarks.{words[0]}", *words[1:]]
    _note(" ".join(["python", *command[1:]]))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return Program(
        heading, " ".join(["python", *command[1:]]), done.stdout.strip(), done.stderr.strip(), done.returncode
    )


def _note(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
