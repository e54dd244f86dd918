"""Test suites as users write them, each run by pytest in its own folder."""

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
        with urllib.request.urlopen(request) as response:
            return response.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
"""
UNUSED_PLUGINS = (
    *("cacheprovider", "schemathesis", "hypothesispytest", "anyio", "Faker", "pytest_cov"),
    *("rerunfailures", "socket"),
)
"""Plugins that these suites do not need, and that take longer to load than the suites take to run."""


class UserSuite:
    """A folder with tests of a user."""

    def __init__(self, folder: Path, programs: Path | None = None) -> None:
        self.folder = folder
        self._programs = programs
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        (folder / "client.py").write_text(CLIENT)

    def write(self, tests: str, name: str = "test_suite.py") -> None:
        """Write a test module, in which `get` and `pytest` are imported."""
        (self.folder / name).write_text("from client import *\n" + textwrap.dedent(tests))

    def ini(self, *lines: str) -> None:
        """Write the ini file."""
        (self.folder / "pytest.ini").write_text("\n".join(["[pytest]", *lines]))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start pytest in a separate process, so that it can receive signals."""
        return self._start([sys.executable, "-m", "pytest"], *arguments)

    def _start(self, command: list[str], *arguments: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        unused = [word for name in UNUSED_PLUGINS for word in ("-p", f"no:{name}")]
        return subprocess.Popen(
            [*command, *unused, *arguments],
            cwd=self.folder,
            env={**environment, "TMPDIR": str(self.temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> PytestResult:
        """Run pytest until it exits."""
        if self._programs is None:
            pytest_process = self.start(*arguments)
        else:
            pytest_process = self._start([str(self._programs / "pytest")], *arguments)
        with pytest_process as process:
            out, _ = process.communicate(timeout=120)
            return PytestResult(process.returncode, out)

    @property
    def leftovers(self) -> list[str]:
        """Files left in the temporary folder."""
        return [path.name for path in self.temporary.glob("crm-mocks-*")]


class PytestResult:
    """Result of a pytest run."""

    def __init__(self, code: int, out: str) -> None:
        self.code = code
        self.out = out

    def count(self, outcome: str) -> int:
        """Return the number of tests with an outcome, such as `passed`."""
        match = re.search(rf"(\d+) {outcome}s?\b[^\n]* in ", self.out)
        return int(match[1]) if match else 0


@pytest.fixture
def suite(tmp_path: Path, programs: Path) -> UserSuite:
    return UserSuite(tmp_path, programs)


@pytest.fixture
def passes(suite: UserSuite) -> Callable[..., PytestResult]:
    """Run tests that must all pass."""

    def run(tests: str, *arguments: str) -> PytestResult:
        suite.write(tests)
        result = suite.run("-q", *arguments)
        assert result.code == 0, result.out
        return result

    return run
