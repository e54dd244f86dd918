"""The report of `make bench`: tables of medians and ratios, and the goals, in Markdown."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from benchmarks.servers import Server
from benchmarks.throughput import CONNECTIONS, Rounds

_GOAL_PINNED: Final = 2.5
_GOAL_UNPINNED: Final = 1.5
_GOAL_PROCESSOR: Final = 110 / 30
"""Microseconds of processor time a request, ours to the bare application's, on the machine where the goal was set."""

_GOAL_TAIL: Final = 3.0
_GOAL_MEMORY: Final = 0.5


@dataclass(frozen=True)
class Measured:
    """The figures of one server.

    Attributes:
        unpinned: under load, all cores shared out by the system.
        pinned: under load, on a core of its own.
        first_answer: seconds, median.
        megabytes: resident at the first answer, median.
        statuses: its answers to requests that ought to be refused.
    """

    server: Server
    unpinned: Rounds
    pinned: Rounds
    first_answer: float
    megabytes: float
    statuses: dict[str, int]


@dataclass(frozen=True)
class Program:
    """The output of another program of `benchmarks/`."""

    heading: str
    command: str
    output: str
    errors: str
    exit_code: int


@dataclass(frozen=True)
class Run:
    """One run of the benchmark.

    Attributes:
        ours: this project.
        peers: the others, without the bare application.
        bare: the limit, if it could be measured.
        left_out: a line for each peer that could not be measured.
        connexion_seconds: to start Python and import connexion.
        rounds: how it was measured, in words.
        programs: the other programs.
    """

    ours: Measured
    peers: list[Measured]
    bare: Measured | None
    left_out: list[str]
    connexion_seconds: float
    rounds: str
    programs: list[Program]

    @property
    def everyone(self) -> list[Measured]:
        """All servers, ours first."""
        return [self.ours, *self.peers, *([self.bare] if self.bare else [])]

    @property
    def prism(self) -> Measured | None:
        """Prism, if it was measured."""
        return next((each for each in self.peers if each.server.name.startswith("Prism")), None)


def to_markdown(run: Run) -> str:
    """Return the whole report."""
    parts = ["# Side by side", _about(run), *run.left_out]
    parts += ["## Load, cores shared out by the system", _load(run, lambda each: each.unpinned)]
    parts += ["## Load, each server on one core", _load(run, lambda each: each.pinned)]
    parts += ["## Start", _start(run), "## Goals", _goals(run)]
    for program in run.programs:
        parts += [f"## {program.heading}", f"`{program.command}`", _output(program)]
    parts += ["## What is checked", _checked(run.everyone), "## Remarks", _remarks(run.everyone)]
    return "\n\n".join(parts) + "\n"


def _about(run: Run) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    tools = [f"{name} {_version(name)}" for name in ("node", "java") if shutil.which(name)]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {', '.join([machine, *tools])}; {run.rounds}. The operation is the Config "
        f"API's createLead with its fullest example, other values in each request, {CONNECTIONS} keep-alive "
        "connections, one worker. This project serves all vendors and validates requests and answers, keeps journal, "
        "records and seeded data; only its rate limit is off. Figures are medians over the rounds, with the least and "
        "the greatest in parentheses."
    )


def _version(name: str) -> str:
    option = "--version" if name == "node" else "-version"
    done = subprocess.run([name, option], capture_output=True, text=True, check=False)
    words = (done.stdout or done.stderr).replace('"', "").split()
    return next((word.lstrip("v") for word in words if word.lstrip("v")[:1].isdigit()), "of unknown version")


def _load(run: Run, rounds_of: Callable[[Measured], Rounds]) -> str:
    fastest = max((rounds_of(each).median.per_second for each in run.peers), default=None)
    rows = []
    for each in run.everyone:
        rounds = rounds_of(each)
        load = rounds.median
        rows.append(
            [
                each.server.name,
                _spread(rounds, "per_second", ",.0f"),
                _ratio(load.per_second, fastest),
                f"{load.p50:.2f}",
                _spread(rounds, "p99", ".2f"),
                f"{load.p999:.1f}",
                _spread(rounds, "cpu", ".0f"),
                _ratio(load.cpu, rounds_of(run.bare).median.cpu if run.bare else None),
                f"{load.share:.2f}",
                f"{load.own_share:.2f}",
                f"{load.megabytes:.0f}",
            ]
        )
    head = ["server", "requests/s", "to the fastest peer", "p50, ms", "p99, ms", "p99.9, ms"]
    head += ["processor, µs a request", "to bare", "cores used", "by the load generator", "memory after it, MB"]
    return _table(head, rows)


def _spread(rounds: Rounds, name: str, form: str) -> str:
    low, high = rounds.spread(name)
    return f"{getattr(rounds.median, name):{form}} ({low:{form}} to {high:{form}})"


def _start(run: Run) -> str:
    prism = run.prism
    rows = [
        [
            each.server.name,
            f"{each.first_answer:.2f}",
            _ratio(each.first_answer, prism.first_answer if prism else None),
            f"{each.megabytes:.0f}",
            _ratio(each.megabytes, prism.megabytes if prism else None),
        ]
        for each in run.everyone
    ]
    rows.append(["`python -c 'import connexion'`", f"{run.connexion_seconds:.2f}", "", "", ""])
    return _table(["server", "first answer, s", "to Prism", "memory then, MB", "to Prism"], rows)


def _goals(run: Run) -> str:
    if not run.peers:
        return "There was no peer to compare with."
    return _table(["goal", "figure", "reached"], list(_goal_rows(run)))


def _goal_rows(run: Run) -> Iterator[list[str]]:
    unpinned, pinned = run.ours.unpinned.median, run.ours.pinned.median
    fastest = max(run.peers, key=lambda each: each.unpinned.median.per_second)
    yield _at_least(
        f"{_GOAL_UNPINNED} × the throughput of the fastest peer ({fastest.server.name}), cores shared out",
        unpinned.per_second / fastest.unpinned.median.per_second,
        _GOAL_UNPINNED,
    )
    fastest = max(run.peers, key=lambda each: each.pinned.median.per_second)
    yield _at_least(
        f"{_GOAL_PINNED} × the throughput of the fastest peer ({fastest.server.name}), one core each",
        pinned.per_second / fastest.pinned.median.per_second,
        _GOAL_PINNED,
    )
    calmest = min(run.peers, key=lambda each: each.unpinned.median.p99)
    yield _at_most(
        f"p99 no worse than the best peer's ({calmest.server.name}), cores shared out",
        unpinned.p99 / calmest.unpinned.median.p99,
        1.0,
    )
    yield _at_most("p99 at most three times the median, cores shared out", unpinned.p99 / unpinned.p50, _GOAL_TAIL)
    if run.bare:
        yield _at_most(
            f"processor time a request at most {_GOAL_PROCESSOR:.1f} × the bare application's",
            pinned.cpu / run.bare.pinned.median.cpu,
            _GOAL_PROCESSOR,
        )
    if run.prism:
        memory = pinned.megabytes / run.prism.pinned.median.megabytes
        yield _at_most("memory after the load at most half of Prism's", memory, _GOAL_MEMORY)


def _at_least(words: str, value: float, bound: float) -> list[str]:
    return [words, f"{value:.2f}", "yes" if value >= bound else "**no**"]


def _at_most(words: str, value: float, bound: float) -> list[str]:
    return [words, f"{value:.2f}", "yes" if value <= bound else "**no**"]


def _output(program: Program) -> str:
    output = program.output if program.output.startswith("|") else f"```text\n{program.output}\n```"
    if not program.exit_code:
        return output
    return f"{output}\n\nExit code {program.exit_code}: {program.errors.splitlines()[-1] if program.errors else ''}"


def _checked(everyone: list[Measured]) -> str:
    wrongs = list(everyone[0].statuses)
    rows = [[each.server.name, *(_status(each.statuses[wrong]) for wrong in wrongs)] for each in everyone]
    legend = "Statuses for bodies with one thing wrong, and for the API key; in bold those let through.\n\n"
    return legend + _table(["server", *wrongs], rows)


def _status(status: int) -> str:
    return f"**{status}**" if status < 400 else str(status)


def _remarks(everyone: list[Measured]) -> str:
    return "\n".join(f"* {each.server.name}: {each.server.note}." for each in everyone if each.server.note)


def _ratio(value: float, base: float | None) -> str:
    return f"{value / base:.2f}" if base else "–"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
