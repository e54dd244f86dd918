"""`crm-mocks sweep --shard`: together the shards are the whole sweep."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crm_contracts.judge.merge import merge
from crm_contracts.shard import Shard
from crm_mocks.cli import main
from tests.clients.sweep.conftest import Sweeper, Swept

SLOPPY = """
try:
    send()
except urllib.error.HTTPError:
    sys.exit(3)
except http.client.IncompleteRead:
    sys.exit(0)
except BROKEN:
    sys.exit(4)
sys.exit(0)
"""
"""A client that takes half a body for a whole one; that its exit code is wrong shows by other faults only."""


def cells(*sweeps: Swept) -> Counter[tuple[str, bool, tuple[str, ...], str]]:
    """Return the cases with what failed."""
    found = (cell for swept in sweeps for cell in swept.sweep.cells)
    return Counter((str(each.case), each.passed, each.failures, each.rule) for each in found)


@pytest.fixture(scope="module")
def whole(sweep: Sweeper) -> Swept:
    """The sweep without shards."""
    return sweep(SLOPPY)


@pytest.fixture(scope="module")
def parts(sweep: Sweeper) -> list[Swept]:
    """The same in three shards."""
    return [sweep(SLOPPY, shard=Shard(number, 3)) for number in (1, 2, 3)]


def test_each_case_is_in_exactly_one_shard_with_the_same_result(whole: Swept, parts: list[Swept]) -> None:
    assert cells(*parts) == cells(whole)
    assert {f"TRUNCATED_BODY {phase} storing" for phase in ("before", "after")} <= whole.failing


def test_the_findings_are_those_of_the_whole(whole: Swept, parts: list[Swept]) -> None:
    found = merge(each.sweep.case_verdict for each in parts)
    assert {each.key for each in found.findings} == {each.key for each in whole.sweep.case_verdict.findings}


def test_the_merged_verdict_counts_the_requests_of_the_whole(whole: Swept, parts: list[Swept]) -> None:
    merged = merge(each.sweep.client_verdict for each in parts)
    assert merged.exchanges == whole.sweep.client_verdict.exchanges
    assert merged.operations == whole.sweep.client_verdict.operations
    assert merged.findings == whole.sweep.client_verdict.findings


def test_a_shard_without_cases_says_so_and_passes(sweep: Sweeper) -> None:
    swept = sweep("send()", shard=Shard(99, 99))
    assert (swept.sweep.cells, swept.sweep.exit_code) == ((), 0)
    assert swept.sweep.idle.startswith("shard 99/99 has no case, since there are only ")


def test_a_shard_without_cases_still_fails_if_the_baseline_run_does(sweep: Sweeper) -> None:
    assert sweep("sys.exit(7)", shard=Shard(99, 99)).sweep.exit_code == 1


@pytest.mark.parametrize("command", [["sweep"], ["fuzz"], ["verify", "leadbank", "--url", "http://127.0.0.1:1"]])
def test_a_wrong_shard_is_one_line_and_exit_code_2(command: list[str]) -> None:
    done = CliRunner().invoke(main, [*command, "--shard", "3/2", *(["true"] if len(command) == 1 else [])])
    assert done.exit_code == 2
    assert done.stderr.splitlines() == ["crm-mocks: --shard '3/2': use I/N with I from 1 to N, such as 2/4"]


def test_the_report_names_the_shard(tmp_path: Path) -> None:
    script = 'curl -sf -H "x-api-key: demo-key" "$CRM_MOCKS_CONFIG_API_URL/v1/leads/config" -o /dev/null --max-time 60'
    words = ["sweep", "--shard", "2/20", "--json", str(tmp_path / "json"), "--", "sh", "-c", script]
    done = CliRunner().invoke(main, words)
    report: dict[str, Any] = json.loads((tmp_path / "json").read_text())
    assert (report["shard"], len(report["cells"])) == ("2/20", 2)
    assert done.stdout.splitlines()[0].endswith("2 runs in shard 2/20")
