"""Cost of a test: plain suites of 300 tests with one request each, by fixture, side by side with peers.

Each suite is a folder with one test module, run by pytest in a process of its own. The suites take turns, so that
whatever else the machine does meets all of them. Processor time counts; wall-clock time is what pytest prints. Run it
as `python -m benchmarks.suites`. With `--verdicts 1 4`, the verdicts with as many workers of pytest-xdist are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.peers import Unavailable, environment
from benchmarks.suite_sources import PEERS, SUITES, Suite, mixed

_UNUSED: Final = ("cacheprovider", "schemathesis", "hypothesispytest", "anyio", "Faker", "pytest_cov", "socket")
_REPORT: Final = "verdict.json"


@dataclass(frozen=True)
class Cost:
    """Cost of one run of a suite, in seconds.

    Attributes:
        wall: as pytest prints it, without its own start.
        client: processor time of the process of pytest.
        server: processor time of the processes that it started.
    """

    wall: float
    client: float
    server: float


def main() -> int:
    """Run the benchmark; return 1 if verdicts differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tests", type=int, default=300)
    parser.add_argument("--workers", type=int, default=0, help="of pytest-xdist, for our suites")
    parser.add_argument("--only", action="append", help="name of a suite; repeat for more")
    parser.add_argument("--against", type=Path, help="interpreter of another version, which takes turns with this one")
    parser.add_argument("--verdicts", type=int, nargs="+", metavar="WORKERS", help="compare the verdicts instead")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crm-mocks-bench-") as folder:
        if given.verdicts:
            return compare_verdicts(Path(folder), given.tests, given.verdicts)
        chosen = [suite for suite in SUITES if not given.only or suite.name in given.only]
        print(table(measure(Path(folder), chosen, given), given.tests))
    return 0


def measure(folder: Path, suites: Sequence[Suite], given: argparse.Namespace) -> dict[str, list[Cost]]:
    """Run suites in turns; return their costs by name."""
    runs: dict[str, tuple[Path, str, int]] = {}
    peers = _peers() if any(suite.is_peer for suite in suites) else None
    for suite in suites:
        if suite.is_peer and peers is None:
            continue
        written = suite.written(folder, given.tests)
        workers = 0 if suite.is_peer else given.workers
        runs[suite.name] = written, str(peers) if suite.is_peer else sys.executable, workers
        if given.against and not suite.is_peer:
            runs[f"before: {suite.name}"] = written, str(given.against), workers
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for _ in range(given.rounds):
        for name, (written, interpreter, workers) in runs.items():
            costs[name].append(run(written, interpreter, given.tests, workers))
    return costs


def _peers() -> Path | None:
    """Return the interpreter of the peers' suites, or `None` if they cannot be installed here."""
    try:
        return environment(list(PEERS))
    except Unavailable as error:
        print(f"the suites of peers are left out: {error}", file=sys.stderr)
        return None


def compare_verdicts(folder: Path, tests: int, workers: Sequence[int]) -> int:
    """Run suites with violations, refusals and forced responses; return 1 if verdicts depend on the workers."""
    differ = False
    for fixture in ("config_api", "config_api_offline"):
        suite = mixed(fixture)
        written = suite.written(folder, tests)
        verdicts: list[Any] = []
        for number in workers:
            cost = run(written, sys.executable, tests, number, ["--crm-mocks-json", _REPORT])
            verdict = json.loads((written / _REPORT).read_bytes())
            del verdict["date"]  # of the run
            verdicts.append(verdict)
            print(
                f"{suite.name}, {tests} tests with {number} workers: {cost.wall:.2f} s, {cost.client:.2f} s and "
                f"{cost.server:.2f} s of processor time"
            )
        equal = all(verdict == verdicts[0] for verdict in verdicts)
        differ |= not equal
        figures = f"{verdicts[0]['exchanges']} exchanges, {len(verdicts[0]['findings'])} findings"
        print(f"{suite.name}: {figures}, verdicts {'equal' if equal else 'DIFFER'}")
    return int(differ)


def run(suite: Path, interpreter: str, tests: int, workers: int, more: Sequence[str] = ()) -> Cost:
    """Run a suite once."""
    unused = [word for name in _UNUSED for word in ("-p", f"no:{name}")]
    spread = ["-n", str(workers)] if workers else []
    command = [interpreter, "-m", "pytest", "-q", *unused, *spread, *more, str(suite)]
    done = subprocess.run(command, cwd=suite, env=_environment(), capture_output=True, text=True, check=False)
    finished = re.search(r"(\d+) passed.* in ([0-9.]+)s", done.stdout)
    if done.returncode or finished is None or int(finished[1]) != tests:
        last = "\n".join([*done.stdout.splitlines()[-20:], *done.stderr.splitlines()[-5:]])
        raise RuntimeError(f"the suite {suite.name} did not pass:\n{last}")
    client, server = json.loads((suite / "used.json").read_bytes())
    return Cost(float(finished[2]), client, server)


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHONDONTWRITE"))}


def table(costs: Mapping[str, list[Cost]], tests: int) -> str:
    """Return the medians in Markdown."""
    lines = [
        f"| {tests} tests | client's processor, s | server's processor, s | both, ms a test | wall clock, s (spread) |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, runs in costs.items():
        client, server = median(each.client for each in runs), median(each.server for each in runs)
        walls = sorted(each.wall for each in runs)
        spread = f"{median(walls):.2f} ({walls[0]:.2f} to {walls[-1]:.2f})"
        lines.append(f"| {name} | {client:.2f} | {server:.2f} | {(client + server) / tests * 1e3:.2f} | {spread} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
