"""Progress shows how much was sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.providers.verify.observations import ObservationLog
from crm_contracts.providers.verify.progress import ProgressOfLog
from crm_mocks.cli.vendors import default_contract, load_vendors
from crm_mocks.contract import Operation
from tests.providers.supplied import WORKSHOP

PROVIDER = "http://provider.example.com/base"


@pytest.fixture(scope="module")
def operations() -> list[Operation]:
    (vendor,) = load_vendors([str(WORKSHOP)])
    return list(default_contract(vendor).operations.values())


def test_the_progress_counts_requests_and_names_the_latest(tmp_path: Path, operations: list[Operation]) -> None:
    progress = ProgressOfLog(tmp_path / "log", operations)
    assert (progress.read().requests, progress.read().latest) == (0, "")
    with ObservationLog(tmp_path / "log") as log:
        log.exchange(Exchange("GET", f"{PROVIDER}/v1/leads/config?a=secret", status=200))
        assert (progress.read().requests, progress.read().latest) == (1, "GET /base/v1/leads/config 200")
        log.remark("no matter")
        log.exchange(Exchange("POST", f"{PROVIDER}/v1/leads/create", failure="no response"))
        assert (progress.read().requests, progress.read().latest) == (2, "POST /base/v1/leads/create")


def test_an_incomplete_line_is_read_later(tmp_path: Path) -> None:
    with ObservationLog(tmp_path / "log") as log:
        log.exchange(Exchange("GET", "/a", status=200))
    line = (tmp_path / "log").read_bytes()
    (tmp_path / "log").write_bytes(line[:10])
    progress = ProgressOfLog(tmp_path / "log", [])
    assert progress.read().requests == 0
    (tmp_path / "log").write_bytes(line)
    assert (progress.read().requests, progress.read().latest) == (1, "GET /a 200")


def test_each_operation_that_was_called_counts_once(tmp_path: Path, operations: list[Operation]) -> None:
    progress = ProgressOfLog(tmp_path / "log", operations)
    templates = sorted(each.path for each in operations if "{" in each.path)
    with ObservationLog(tmp_path / "log") as log:
        for each in operations:
            for value in ("1", "x"):
                path = re.sub(r"\{\w+\}", value, each.path)
                log.exchange(Exchange(each.method, PROVIDER + path, status=404))
        log.exchange(Exchange("GET", f"{PROVIDER}/nowhere", status=404))
    read = progress.read()
    assert templates
    assert (read.requests, read.called, read.operations) == (2 * len(operations) + 1, len(operations), len(operations))
    assert read.note == f"{len(operations)} of {len(operations)} operations, GET /base/nowhere 404"
