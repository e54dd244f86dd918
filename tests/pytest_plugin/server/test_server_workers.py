"""The server of a test run has as many workers as help."""

from __future__ import annotations

import pytest

from crm_contracts.pytest_plugin.server import server_workers
from crm_contracts.pytest_plugin.server.server_workers import server_workers as workers


@pytest.mark.parametrize(
    ("xdist", "cores", "expected"),
    [(None, 8, 1), ("1", 8, 1), ("2", 2, 1), ("4", 2, 1), ("4", 4, 2), ("8", 8, 4), ("16", 4, 2), ("400", 400, 64)],
)
def test_half_as_many_as_xdist_has_if_there_are_as_many_cores(
    monkeypatch: pytest.MonkeyPatch, xdist: str | None, cores: int, expected: int
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
    if xdist is not None:
        monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", xdist)
    monkeypatch.setattr(server_workers, "core_count", lambda: cores)
    assert workers(None) == expected


def test_the_number_in_the_ini_file_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "8")
    assert workers(3) == 3


def test_a_system_that_cannot_fork_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "8")
    monkeypatch.setattr(server_workers, "core_count", lambda: 8)
    monkeypatch.setattr(server_workers, "IS_SUPPORTED", False)
    assert workers(None) == 1
