"""`crm-mocks coverage`."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_mocks.cli import group, main
from tests.conftest import Api
from tests.judge.helpers import create, rendered, verdict


@pytest.fixture(autouse=True)
def _plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("coverage", "crm_contracts.commands.coverage:command", group.ENTRY_POINTS)
    monkeypatch.setattr(group, "entry_points", EntryPoints([entry]).select)


@pytest.fixture
def files(toy: Api, tmp_path: Path) -> list[str]:
    """Verdicts of two workers: one created a contact, the other got a refusal."""
    create(toy, session="a")
    create(toy, 5, session="b")
    paths = []
    for session in ("a", "b"):
        path = tmp_path / f"{session}.json"
        path.write_text(rendered(verdict(toy, session), "json"))
        paths.append(str(path))
    return paths


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["coverage", *arguments])
    return result.exit_code, result.output


def test_it_merges_verdicts(files: list[str]) -> None:
    code, output = run(*files)
    assert code == 0
    assert "2 exchanges" in output
    assert "Coverage of outcomes: 1 of 2 (50.0 %)" in output


def test_it_fails_below_the_required_percentage(files: list[str]) -> None:
    assert run(*files, "--fail-under", "50")[0] == 0
    code, output = run(*files, "--fail-under", "50.5")
    assert code == 1
    assert "coverage of 50.0 % is below 50.5 %\n" in output


def test_it_writes_all_reports(files: list[str], tmp_path: Path) -> None:
    paths = {kind: tmp_path / f"report.{kind}" for kind in ("json", "junit", "html", "markdown")}
    code, _ = run(*files, *(word for kind, path in paths.items() for word in (f"--{kind}", str(path))))
    assert code == 0
    assert all(path.stat().st_size for path in paths.values())
    assert run(str(paths["json"]))[1] == run(*files)[1]


def test_reports_that_cannot_be_written_are_a_usage_error_and_the_others_are_written(
    files: list[str], tmp_path: Path
) -> None:
    html = tmp_path / "report.html"
    code, output = run(*files, "--junit", str(tmp_path / "none" / "report.xml"), "--html", str(html))
    assert code == 2
    assert output.splitlines()[-1].startswith("crm-mocks: cannot write the --junit report to ")
    assert html.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"{}", b'{"format": "crm-mocks verdict 1"}'])
def test_a_file_without_verdict_is_a_usage_error(files: list[str], tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(content)
    code, output = run(*files, str(broken))
    assert code == 2
    assert output.startswith(f"crm-mocks: {broken} is no")
    assert output.count("\n") == 1


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    code, output = run(str(tmp_path / "none.json"))
    assert code == 2
    assert output == f"crm-mocks: cannot read the verdict {tmp_path / 'none.json'}: No such file or directory\n"


@pytest.mark.parametrize("arguments", [[], ["--fail-under", "101", "x"], ["--pdf", "x"]])
def test_a_wrong_command_line_is_a_usage_error(arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


@pytest.fixture
def failing_verdict(api: Callable[..., Api], tmp_path: Path) -> str:
    """The verdict on a client that called one of three operations with a wrong key, and an unknown path."""
    mock = api("config_api")
    mock.get("/v1/leads/config", headers={"x-api-key": "wrong"})
    mock.get("/v1/leads", headers={"x-api-key": "demo-key"})
    path = tmp_path / "failing_verdict.json"
    path.write_text(rendered(verdict(mock), "json"))
    return str(path)


def test_coverage_counts_all_operations_of_the_named_vendors(failing_verdict: str) -> None:
    called, named = run(failing_verdict)[1], run(failing_verdict, "--vendor", "config_api")[1]
    assert "of the operations called" in called
    assert "config_api.createLead  POST" not in called
    assert "of the operations of config_api" in named
    assert "config_api.createLead  POST" in named


def test_coverage_counts_no_operations_of_other_vendors(failing_verdict: str) -> None:
    output = run(failing_verdict, "--vendor", "leadbank", "--fail-under", "0")[1]
    assert "leadbank.getLeads" in output
    assert "Coverage of outcomes: 0 of " in output


def test_mistakes_can_be_allowed_afterwards(failing_verdict: str) -> None:
    assert (
        "Contract kept"
        in run(failing_verdict, "--allow", "config_api.getLeadConfig:401", "--allow", "GET /v1/leads")[1]
    )


def test_a_baseline_can_be_written_and_applied_afterwards(failing_verdict: str, tmp_path: Path) -> None:
    baseline = str(tmp_path / "baseline.json")
    assert "Contract broken" in run(failing_verdict, "--write-baseline", baseline)[1]
    assert (
        "Contract kept: 2 exchanges, none of which broke the contract (not counting 2 known findings)"
        in run(failing_verdict, "--baseline", baseline)[1]
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--vendor", "unknown"], "unknown vendor 'unknown'"),
        (["--allow", "nonsense"], "'nonsense' allows nothing"),
        (["--allow", "config_api.createLaed:400"], "no operation 'config_api.createLaed'"),
        (["--baseline", "nowhere.json"], "cannot read the baseline nowhere.json"),
    ],
)
def test_a_wrong_option_is_a_usage_error(failing_verdict: str, arguments: list[str], why: str) -> None:
    code, output = run(failing_verdict, *arguments)
    assert (code, output.count("\n")) == (2, 1)
    assert why in output


def test_the_format_github_prints_annotations_and_writes_reports(files: list[str], tmp_path: Path) -> None:
    code, printed = run(*files, "--format", "github", "--fail-under", "100", "--json", str(tmp_path / "all.json"))
    assert code == 1
    assert [line.partition("::")[2].partition(" ")[0] for line in printed.splitlines()] == ["error", "error"]
    assert (tmp_path / "all.json").exists()
