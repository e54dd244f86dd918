"""The fixture that states a row of `docs/verdicts.md`, and a runner of commands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_contracts.pytest_plugin.server.lock import locked
from tests.verdicts import page

CASES = Path(__file__).parent / "cases"
collect_ignore = ["cases"]

StateRow = Callable[[str, str, str], None]


@pytest.fixture
def state_row(request: pytest.FixtureRequest) -> StateRow:
    """Hold one row of the table to what the product said now: ``state_row(topic, case, says)``."""

    def state(topic: str, case: str, says: str) -> None:
        row = page.Row(topic, case, says)
        if request.config.getoption("--write-verdicts"):
            _rewrite(row)
        assert page.read().get(row.key) == row.line(), "docs/verdicts.md differs: ARGS=--write-verdicts writes it"

    return state


@pytest.fixture
def crm_mocks(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``crm-mocks`` with these arguments in an empty folder; keywords are variables of its environment."""

    def run(*args: object, seconds: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "crm_mocks", *map(str, args)],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "120", **environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    return run


def _rewrite(row: page.Row) -> None:
    with locked(page.PAGE.with_suffix(".lock")):
        page.write({**page.read(), row.key: row.line()})
