"""What the commands with a verdict share: allow-list, baseline, `--strict`, and reports that can be merged."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_contracts.commands import check, coverage, proxy, push, verify
from crm_contracts.commands import run as run_
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.merge import EMPTY
from crm_mocks.cli import group, main
from tests.recordings.making import har

LEAD = b'{"leadCustomer": {"firstname": "Ada"}}'
RECORDED = Exchange(
    "POST",
    "https://crm.example.com/v1/leads/create",
    (("Content-Type", "application/json"), ("x-api-key", "demo-key")),
    LEAD,
    418,
)
"""A client that forgets members, and a provider with a status of its own."""


@pytest.fixture(autouse=True)
def _plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("check", "coverage")
    entries = [EntryPoint(name, f"crm_contracts.commands.{name}:command", group.ENTRY_POINTS) for name in names]
    monkeypatch.setattr(group, "entry_points", EntryPoints(entries).select)


@pytest.fixture
def traffic(tmp_path: Path) -> Path:
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps(har([RECORDED, replace(RECORDED, status=418)])), "utf-8")
    return path


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [*map(str, arguments)])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    "command", [check.command, coverage.command, proxy.command, push.command, run_.command, verify.command]
)
def test_commands_with_a_verdict_take_the_same_options(command: object) -> None:
    options = {name for each in command.params for name in each.opts}  # type: ignore[attr-defined]  # of click
    assert {"--allow", "--baseline", "--write-baseline", "--strict", "--junit", "--html", "--json"} <= options


def test_a_baseline_forgives_both_sides(traffic: Path, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    assert run("check", traffic, "--write-baseline", path)[0] == 1
    assert {each["side"] for each in json.loads(path.read_text())["findings"]} == {"client", "provider"}
    code, output = run("check", traffic, "--baseline", path)
    assert code == 0, output
    assert "not counting 3 known findings" in output


def test_mistakes_are_allowed_by_status_and_by_rule(traffic: Path) -> None:
    assert run("check", traffic, "--allow", "config_api.createLead:418")[0] == 0
    code, output = run("check", traffic, "--allow", "config_api.createLead:undocumented-status")
    assert code == 1
    assert "Broken by the client" in output
    assert "Broken by the provider" not in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--allow", "nonsense"), "'nonsense' allows nothing"),
        (("--allow", "position:nowhere"), "no such position"),
        (("--baseline", "nowhere.json"), "cannot read the baseline nowhere.json"),
    ],
)
def test_a_wrong_option_is_a_usage_error(traffic: Path, arguments: tuple[str, ...], message: str) -> None:
    code, output = run("check", traffic, *arguments)
    assert (code, len(output.splitlines())) == (2, 1)
    assert message in output


def test_reports_of_different_commands_are_merged(traffic: Path, tmp_path: Path) -> None:
    checked, ran, merged = (tmp_path / name for name in ("check.json", "run.json", "merged.json"))
    run("check", traffic, "--json", checked)
    ran.write_text(json.dumps(replace(EMPTY, sessions=("a",), exchanges=3).as_json()))
    code, output = run("coverage", checked, ran, "--json", merged)
    assert code == 0, output
    found = json.loads(merged.read_text())
    assert (found["command"], found["exchanges"], found["sessions"]) == ("coverage", 5, ["a"])
    assert {each["side"] for each in found["findings"]} == {"client", "provider"}


def test_a_report_without_a_verdict_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "diff.json"
    path.write_text('{"format": "crm-mocks report 2", "command": "diff", "changes": []}')
    code, output = run("coverage", path)
    assert code == 2
    assert "is not a verdict" in output


def test_coverage_reads_the_verdict_inside_another_result(tmp_path: Path) -> None:
    path = tmp_path / "sweep.json"
    inner = replace(EMPTY, sessions=("sweep-1",), exchanges=7).as_json()
    path.write_text(json.dumps({"format": "crm-mocks report 2", "command": "sweep", "client_verdict": inner}))
    code, output = run("coverage", path)
    assert code == 0, output
    assert "7 exchanges" in output
