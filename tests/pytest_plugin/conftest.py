"""Suites of users', run by a pytest of their own in a folder of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

CLIENT = """
import os, pytest, urllib.error, urllib.request

def get(mock, key="demo-key", path="/v1/leads/config"):
    request = urllib.request.Request(mock.url + path, headers={"x-api-key": key})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
"""
OTHERS = ("cacheprovider", "schemathesis", "hypothesispytest", "anyio", "Faker", "pytest_cov")
"""Plugins that these suites do not need, and that take longer to load than the suites take."""


class Suite:
    """A folder with a user's tests."""

    def __init__(self, folder: Path, programs: Path | None = None) -> None:
        self.folder = folder
        self._programs = programs
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        (folder / "client.py").write_text(CLIENT)

    def write(self, tests: str, name: str = "test_suite.py") -> None:
        """Write a file of tests, which have `get` and `pytest`."""
        (self.folder / name).write_text("from client import *\n" + textwrap.dedent(tests))

    def ini(self, *lines: str) -> None:
        """Write the ini file."""
        (self.folder / "pytest.ini").write_text("\n".join(["[pytest]", *lines]))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start pytest as a process of its own, which a signal reaches."""
        return self._start([sys.executable, "-m", "pytest"], *arguments)

    def _start(self, command: list[str], *arguments: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        others = [word for name in OTHERS for word in ("-p", f"no:{name}")]
        return subprocess.Popen(
            [*command, *others, *arguments],
            cwd=self.folder,
            env={**environment, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> Done:
        """Run pytest to its end."""
        if self._programs is None:
            started = self.start(*arguments)
        else:
            started = self._start([str(self._programs / "pytest")], *arguments)
        with started as process:
            out, _ = process.communicate(timeout=120)
            return Done(process.returncode, out)

    @property
    def leftovers(self) -> list[str]:
        """What was left in the folder for temporary files."""
        return [each.name for each in self.temporary.glob("crm-mocks-*")]


class Done:
    """A finished pytest."""

    def __init__(self, code: int, out: str) -> None:
        self.code = code
        self.out = out

    def count(self, outcome: str) -> int:
        """Return how many tests had an outcome, such as `passed`."""
        found = re.search(rf"(\d+) {outcome}s?\b[^\n]* in ", self.out)
        return int(found[1]) if found else 0


@pytest.fixture
def suite(tmp_path: Path, programs: Path) -> Suite:
    return Suite(tmp_path, programs)


@pytest.fixture
def passes(suite: Suite) -> Callable[..., Done]:
    """Run tests that must all pass."""

    def run(tests: str, *arguments: str) -> Done:
        suite.write(tests)
        done = suite.run("-q", *arguments)
        assert done.code == 0, done.out
        return done

    return run
