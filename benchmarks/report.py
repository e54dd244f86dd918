"""The report of `make bench`: tables of medians and ratios, and what was to be reached, in Markdown."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.servers import Server
from benchmarks.throughput import CONNECTIONS, Round


@dataclass(frozen=True)
class Measured:
    """All about one server, as medians over the rounds.

    Attributes:
        load: what it did under load.
        first_answer: seconds.
        megabytes: resident at the first answer.
        statuses: what it answered to what ought to be refused.
    """

    server: Server
    load: Round
    first_answer: float
    megabytes: float
    statuses: dict[str, int]


def written(ours: Measured, peers: list[Measured], bare: Measured | None, left_out: list[str], rounds: str) -> str:
    """Return the whole report.

    Args:
        ours: this project.
        peers: the others, without the bare application.
        bare: the limit, if it could be measured.
        left_out: a line for each peer that could not.
        rounds: how it was measured, in words.
    """
    everyone = [ours, *peers, *([bare] if bare else [])]
    parts = ["# Side by side", _about(rounds), *left_out, "## Load", _load(everyone, peers, bare)]
    parts += ["## Start", _start(everyone, peers), "## What was to be reached", _targets(ours, peers)]
    parts += ["## What is checked", _checked(everyone), "## Remarks", _remarks(everyone)]
    return "\n\n".join(parts) + "\n"


def _about(rounds: str) -> str:
    busiest = f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    tools = [f"{name} {_version(name)}" for name in ("node", "java") if shutil.which(name)]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {', '.join([busiest, *tools])}; {rounds}. The operation is the Config API's "
        f"createLead with its fullest example, other values in each request, {CONNECTIONS} keep-alive connections, one "
        "worker. Under load the server has one core and the load generator another; at the start it has all. This "
        "project serves all vendors and validates requests and answers, keeps journal, records and seeded data; only "
        "its rate limit is off. All figures are medians over the rounds."
    )


def _version(name: str) -> str:
    option = "--version" if name == "node" else "-version"
    done = subprocess.run([name, option], capture_output=True, text=True, check=False)
    words = (done.stdout or done.stderr).replace('"', "").split()
    return next((word.lstrip("v") for word in words if word.lstrip("v")[:1].isdigit()), "of unknown version")


def _load(everyone: list[Measured], peers: list[Measured], bare: Measured | None) -> str:
    fastest = max((each.load.per_second for each in peers), default=None)
    rows = []
    for each in everyone:
        load = each.load
        rows.append(
            [
                each.server.name,
                f"{load.per_second:,.0f}",
                _ratio(load.per_second, fastest),
                _ratio(load.per_second, bare.load.per_second if bare else None),
                f"{load.p50:.2f}",
                f"{load.p99:.2f}",
                f"{load.cpu:.0f}",
                f"{load.share:.0%}",
                f"{load.own_share:.0%}",
                f"{load.megabytes:.0f}",
            ]
        )
    head = ["server", "requests/s", "to the fastest peer", "to bare", "p50, ms", "p99, ms", "CPU, µs a request"]
    return _table([*head, "server's core", "load generator's core", "memory after it, MB"], rows) + (
        "\n\nA server's core that is not at 100 % was shared with other work on the machine; processor time a request"
        " tells what the server itself takes."
    )


def _start(everyone: list[Measured], peers: list[Measured]) -> str:
    prism = _prism(peers)
    rows = [
        [
            each.server.name,
            f"{each.first_answer:.2f}",
            _ratio(each.first_answer, prism.first_answer if prism else None),
            f"{each.megabytes:.0f}",
            _ratio(each.megabytes, prism.megabytes if prism else None),
        ]
        for each in everyone
    ]
    return _table(["server", "first answer, s", "to Prism", "memory then, MB", "to Prism"], rows)


def _targets(ours: Measured, peers: list[Measured]) -> str:
    if not peers:
        return "There was no peer to compare with."
    fastest = max(peers, key=lambda each: each.load.per_second)
    calmest = min(peers, key=lambda each: each.load.p99)
    rows = [
        _target(
            f"1.5 times the throughput of the fastest peer ({fastest.server.name})",
            ours.load.per_second / fastest.load.per_second,
            1.5,
            at_least=True,
        ),
        _target(
            "the same by processor time a request, which other work on the machine changes little",
            min(each.load.cpu for each in peers) / ours.load.cpu,
            1.5,
            at_least=True,
        ),
        _target(f"p99 no worse than the best peer's ({calmest.server.name})", ours.load.p99 / calmest.load.p99, 1.0),
    ]
    prism = _prism(peers)
    if prism is not None:
        rows += [
            _target("first answer within 0.6 of Prism's", ours.first_answer / prism.first_answer, 0.6),
            _target("memory at most 0.6 of Prism's, at the start", ours.megabytes / prism.megabytes, 0.6),
            _target("memory at most 0.6 of Prism's, after the load", ours.load.megabytes / prism.load.megabytes, 0.6),
        ]
    return _table(["target", "ratio", "reached"], rows)


def _target(words: str, ratio: float, bound: float, *, at_least: bool = False) -> list[str]:
    reached = ratio >= bound if at_least else ratio <= bound
    return [words, f"{ratio:.2f}", "yes" if reached else "**no**"]


def _prism(peers: list[Measured]) -> Measured | None:
    return next((each for each in peers if each.server.name.startswith("Prism")), None)


def _checked(everyone: list[Measured]) -> str:
    wrongs = list(everyone[0].statuses)
    rows = [[each.server.name, *(_status(each.statuses[wrong]) for wrong in wrongs)] for each in everyone]
    legend = "Statuses for bodies with one thing wrong, and for the API key; in bold what is let through.\n\n"
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
