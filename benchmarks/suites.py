"""Cost of a test: plain suites of 300 tests with one request each, by fixture, side by side.

Each suite is a folder with one test module, run by pytest in a process of its own. The suites take turns, so that
whatever else the machine does meets all of them. Processor time counts; wall-clock time is what pytest prints. Run it
as `python -m benchmarks.suites`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import payload

_UNUSED: Final = ("cacheprovider", "schemathesis", "hypothesispytest", "anyio", "Faker", "pytest_cov", "socket")

_HEAD: Final = """
import json
from pathlib import Path

import pytest
import requests

LEADS = json.loads(Path(__file__).with_name("leads.json").read_bytes())
PATH = {path!r}
HEADERS = {{"x-api-key": {key!r}}}
each = pytest.mark.parametrize("number", range({tests}))

def create(base, number):
    response = requests.post(base + PATH, json=LEADS[number], headers=HEADERS)
    assert response.status_code == 200, response.text
"""

_CONFTEST: Final = """
import atexit, json, resource
from pathlib import Path

def write_used():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    Path(__file__).with_name("used.json").write_text(json.dumps([each.ru_utime + each.ru_stime for each in used]))

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        atexit.register(write_used)  # when servers have been waited for
"""

_SUITES: Final = {
    "empty tests": """
@each
def test(number):
    pass
""",
    "pytest-httpserver": """
@each
def test(httpserver, number):
    httpserver.expect_request(PATH, method="POST").respond_with_json({"leadId": 1, "customerId": 2})
    create(httpserver.url_for("").rstrip("/"), number)
""",
    "responses": """
import responses

@each
@responses.activate
def test(number):
    responses.add(responses.POST, "https://crm.example" + PATH, json={"leadId": 1, "customerId": 2})
    create("https://crm.example", number)
""",
    "ours, served": """
@each
def test(config_api, number):
    create(config_api.url, number)
""",
    "ours, offline": """
@each
def test(config_api_offline, number):
    create(config_api_offline.at("https://crm.example").url, number)
""",
}
_NEEDS: Final = {"pytest-httpserver": "pytest_httpserver", "responses": "responses"}


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
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tests", type=int, default=300)
    parser.add_argument("--workers", type=int, default=0, help="of pytest-xdist")
    parser.add_argument("--only", action="append", help="name of a suite; repeat for more")
    parser.add_argument("--against", type=Path, help="interpreter of another version, which takes turns with this one")
    given = parser.parse_args()
    names = [name for name in given.only or _SUITES if find_spec(_NEEDS.get(name, "pytest")) is not None]
    interpreters = {"": sys.executable} | ({"before: ": str(given.against)} if given.against else {})
    with tempfile.TemporaryDirectory(prefix="crm-mocks-bench-") as folder:
        folders = {name: written(Path(folder), name, given.tests) for name in names}
        costs: dict[str, list[Cost]] = {}
        for _ in range(given.rounds):
            for name, suite in folders.items():
                for prefix, interpreter in interpreters.items():
                    cost = once(suite, interpreter, given.tests, given.workers)
                    costs.setdefault(f"{prefix}{name}", []).append(cost)
    print(table(costs, given.tests))
    return 0


def written(folder: Path, name: str, tests: int) -> Path:
    """Write a suite into a new folder; return the folder."""
    suite = folder / re.sub(r"\W+", "_", name)
    suite.mkdir()
    head = _HEAD.format(path=payload.path(), key=payload.KEY, tests=tests)
    (suite / "test_suite.py").write_text(head + _SUITES[name], encoding="utf-8")
    (suite / "conftest.py").write_text(_CONFTEST, encoding="utf-8")
    (suite / "leads.json").write_text(json.dumps([payload.lead(f"{number:010d}") for number in range(tests)]))
    lines = ("[pytest]", f"crm_mocks_set = {payload.VENDOR}.rate_limit=off")
    (suite / "pytest.ini").write_text("\n".join(lines), encoding="utf-8")
    return suite


def once(suite: Path, interpreter: str, tests: int, workers: int) -> Cost:
    """Run a suite once."""
    unused = [word for name in _UNUSED for word in ("-p", f"no:{name}")]
    more = ["-n", str(workers)] if workers else []
    command = [interpreter, "-m", "pytest", "-q", *unused, *more, str(suite)]
    run = subprocess.run(command, cwd=suite, env=_environment(), capture_output=True, text=True, check=False)
    finished = re.search(r"(\d+) passed.* in ([0-9.]+)s", run.stdout)
    if run.returncode or finished is None or int(finished[1]) != tests:
        raise RuntimeError(f"the suite {suite.name} did not pass:\n{run.stdout}{run.stderr}")
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
