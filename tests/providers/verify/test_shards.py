"""`crm-mocks verify --shard`: together the shards find what the whole verification finds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import crm_mocks
from crm_contracts.commands.coverage import command as coverage
from crm_contracts.commands.verify import command as verify
from crm_contracts.providers.verify.options import ALL_PHASES, SCENARIOS
from crm_contracts.providers.verify.provider import contract_of
from crm_contracts.providers.verify.runner import STATEFUL
from crm_contracts.providers.verify.shard_plan import ShardPlan, plan
from crm_contracts.shard import WHOLE, Shard
from crm_mocks.contract import Operation
from crm_mocks.mock_response import MockResponse
from crm_mocks.request_problem import RequestProblem
from crm_mocks.vendor import load_vendor

VENDOR = "config_api"
NAMES = ("one", "two", "three", "four", "five")


@pytest.fixture(scope="module")
def operations() -> list[Operation]:
    """The operations of a contract, each with a path of its own."""
    return list(contract_of(VENDOR, {}).operations.values())


def _work(planned: ShardPlan) -> Counter[tuple[str, ...]]:
    """Return scenarios, and each phase of each operation."""
    found = Counter[tuple[str, ...]]((name,) for name in planned.scenarios)
    for run in planned.runs:
        found.update((phase, operation) for phase in run.phases for operation in run.operations or ("all",))
    return found


@pytest.mark.parametrize("total", [2, 3, 4, 9])
def test_each_operation_scenario_and_phase_is_in_exactly_one_shard(total: int, operations: list[Operation]) -> None:
    parts = [plan(Shard(number, total), ALL_PHASES, operations, NAMES) for number in range(1, total + 1)]
    phases = [phase for phase in ALL_PHASES if phase not in (SCENARIOS, STATEFUL)]
    expected = [(name,) for name in NAMES] + [(phase, each.id) for phase in phases for each in operations]
    assert sum(map(_work, parts), Counter()) == Counter([*expected, (STATEFUL, "all")])
    assert [bool(part.idle) for part in parts] == [number > len(operations) for number in range(1, total + 1)]


def test_operations_of_a_path_stay_together(operations: list[Operation]) -> None:
    planned = plan(Shard(1, 2), ALL_PHASES, [operations[0], operations[0], operations[1]], ())
    assert planned.runs[0].operations == (operations[0].id,) * 2


def test_the_whole_is_one_run(operations: list[Operation]) -> None:
    planned = plan(WHOLE, ALL_PHASES, operations, NAMES)
    assert planned.scenarios == NAMES
    assert [(run.phases, run.operations) for run in planned.runs] == [(ALL_PHASES[1:], None)]


@pytest.mark.parametrize("phase", [SCENARIOS, STATEFUL])
def test_a_single_phase_is_shared_out_too(phase: str, operations: list[Operation]) -> None:
    parts = [plan(Shard(number, 3), (phase,), operations, NAMES) for number in (1, 2, 3)]
    assert sum(map(_work, parts), Counter()) == _work(plan(WHOLE, (phase,), operations, NAMES)) or phase == STATEFUL
    assert [bool(part.idle) for part in parts] == ([False] * 3 if phase == SCENARIOS else [False, True, True])


class Lax(type(load_vendor(VENDOR))):  # type: ignore[misc]  # a class that is found by its name
    """A provider that answers every invalid request like a success."""

    def refuse(self, call: Any, problem: Any) -> Any:
        """Return the operation's success."""
        if problem is not RequestProblem.VIOLATIONS:
            return super().refuse(call, problem)
        success = call.operation.success()
        return MockResponse(success.status, success.name, success.value[success.media_type], success.media_type)


def _report(folder: Path, name: str, command: Any, *words: str) -> dict[str, Any]:
    done = CliRunner().invoke(command, [*words, "--json", str(folder / name)], standalone_mode=False)
    assert done.exception is None, done.exception
    report: dict[str, Any] = json.loads((folder / name).read_text())
    return report | {"code": done.return_value, "stderr": done.stderr}


def _found(report: dict[str, Any]) -> list[dict[str, Any]]:
    members = ("operation", "status", "rule", "location", "operations", "standing")
    return sorted(({name: each[name] for name in members} for each in report["findings"]), key=repr)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The reports on a provider with a defect: of the whole, of two shards, of one without work, and merged."""
    folder = tmp_path_factory.mktemp("reports")
    found = {}
    options = ("--examples", "1", "--seed", "3", "--phases", "scenarios,coverage")
    for name, shard in {"whole": "1/1", "1": "1/2", "2": "2/2", "idle": "99/99"}.items():
        with crm_mocks.serve([Lax(VENDOR)], port=0) as mocks:
            found[name] = _report(folder, name, verify, VENDOR, "--url", mocks.url, *options, "--shard", shard)
    found["merged"] = _report(folder, "merged", coverage, str(folder / "1"), str(folder / "2"), str(folder / "idle"))
    return found


def test_the_merged_findings_are_those_of_the_whole(reports: dict[str, dict[str, Any]]) -> None:
    assert _found(reports["merged"]) == _found(reports["whole"])
    assert {each["rule"] for each in _found(reports["whole"])} == {"accepted-invalid"}
    assert max(len(each["operations"]) for each in _found(reports["whole"])) > 1


def test_the_merged_statuses_are_those_of_the_whole(reports: dict[str, dict[str, Any]]) -> None:
    assert reports["merged"]["statuses"] == reports["whole"]["statuses"]


def test_a_shard_without_work_says_so_and_passes(reports: dict[str, dict[str, Any]]) -> None:
    assert reports["idle"]["code"] == 0
    assert reports["idle"]["stderr"] == "crm-mocks: shard 99/99 has nothing to do: there is work for 3\n"
