"""The install matrix: each Python with each set of dependencies, in an empty environment."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from tools.dependencies.declared import FOR_USERS
from tools.release import uv
from tools.release.commands import StepError, run
from tools.release.pythons import find

_HEADING = "## In your project"
_COMMANDS = (
    "crm-mocks list config_api",
    "crm-mocks lint config_api",
    "crm-mocks run --html verdict.html -- python client.py",
)
_OF_EXTRAS = ("python -c 'import schemathesis'", "crm-mocks fuzz --count 2 -- python client.py")
_CLIENT = """\
import os, sys

import httpx

url = os.environ["CRM_MOCKS_CONFIG_API_URL"] + "/v1/leads/config"
try:
    httpx.get(url, headers={"x-api-key": "demo-key"}).raise_for_status()
except httpx.HTTPError:
    sys.exit(75)
"""


class Dependencies(Enum):
    """Which versions are installed, and by which tool."""

    LOWEST = "lowest (uv)"
    NEWEST = "newest (pip)"
    EXTRAS = "newest, with extras (uv)"


@dataclass(frozen=True)
class Cell:
    """The result of one Python with one set of dependencies.

    Attributes:
        result: the installed version of crm-mocks, or the error.
        seconds: time to install it, and time to use it.
    """

    python: str
    dependencies: Dependencies
    result: str
    failed: bool = False
    skipped: bool = False
    seconds: tuple[float, float] = (0, 0)


def first_test(readme: Path) -> str:
    """Return the first test of README.md, which every cell runs."""
    block = re.search(r"^```python\n(.*?)^```$", readme.read_text("utf-8").split(_HEADING)[1], re.MULTILINE | re.DOTALL)
    if block is None:
        raise StepError(f"{readme.name}: no Python below {_HEADING!r}")
    return block[1]


def cells(versions: Iterable[str], sets: Iterable[Dependencies], index_url: str, test: str) -> Iterator[Cell]:
    """Install from an index and use what was installed, for each version and set.

    Args:
        versions: such as `3.12`.
        sets: the dependencies to install.
        index_url: URL of an index with crm-mocks; everything else comes from the default index.
        test: text of a test file.
    """
    for version in versions:
        python = find(version)
        for dependencies in sets:
            if python is None:
                yield Cell(version, dependencies, f"no Python {version}", skipped=True)
                continue
            with tempfile.TemporaryDirectory() as folder:
                yield _cell(version, python, dependencies, Path(folder), index_url, test)


def _cell(version: str, python: Path, dependencies: Dependencies, folder: Path, index_url: str, test: str) -> Cell:
    start = time.monotonic()
    try:
        environment = _install(python, dependencies, folder, index_url)
        installed = time.monotonic()
        result = _use(environment, folder / "project", test, dependencies)
    except StepError as error:
        return Cell(version, dependencies, str(error), failed=True)
    return Cell(version, dependencies, result, seconds=(installed - start, time.monotonic() - installed))


def _install(python: Path, dependencies: Dependencies, folder: Path, index_url: str) -> Path:
    environment = folder / "environment"
    if dependencies is Dependencies.NEWEST:
        run([python, "-m", "venv", environment], folder)
        command: list[str | Path] = [environment / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*command, "--extra-index-url", index_url, "crm-mocks"], folder)
        return environment
    wanted = ["crm-mocks", "--resolution", "lowest-direct"]
    if dependencies is Dependencies.EXTRAS:
        wanted = [f"crm-mocks[{','.join(FOR_USERS)}]"]
    uv.install(environment, python, index_url, *wanted)
    return environment


def _use(environment: Path, project: Path, test: str, dependencies: Dependencies) -> str:
    """Run README's first test and a few commands in an empty folder; return the installed version."""
    project.mkdir()
    project.joinpath("test_first.py").write_text(test, "utf-8")
    project.joinpath("client.py").write_text(_CLIENT, "utf-8")
    path = {"PATH": f"{environment / 'bin'}:/usr/bin:/bin"}
    version = run([environment / "bin" / "crm-mocks", "--version"], project).split()[-1]
    printed = run([environment / "bin" / "python", "-m", "pytest", "-q", "test_first.py"], project, path)
    if "Contract kept" not in printed:
        raise StepError(f"no verdict of the first test:\n{printed}")
    more = _OF_EXTRAS if dependencies is Dependencies.EXTRAS else ()
    for command in (*_COMMANDS, *more):
        run(["sh", "-c", command], project, path)
    return version
