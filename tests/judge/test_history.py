"""`crm-mocks coverage --history`: coverage of several runs in the order of their dates."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crm_mocks.cli import group, main
from tests.conftest import Api
from tests.judge.helpers import create, rendered, verdict

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint("coverage", "crm_contracts.commands.coverage:command", group.ENTRY_POINTS)
    monkeypatch.setattr(group, "entry_points", EntryPoints([entry]).select)


@pytest.fixture
def write(toy: Api, tmp_path: Path) -> Write:
    """Write the report of a run into the folder `runs`: of one that met `created`, or `duplicate` as well."""
    create(toy, session="half")
    create(toy, session="full")
    create(toy, session="full")
    reports = {name: json.loads(rendered(verdict(toy, name), "json")) for name in ("half", "full")}
    (tmp_path / "runs").mkdir()

    def write(name: str, of: str, date: object, **members: Any) -> Path:
        path = tmp_path / "runs" / name
        path.write_text(json.dumps({**reports[of], **({} if date is None else {"date": date}), **members}))
        return path

    return write


def run(*arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "80"}).invoke(main, ["coverage", "--history", *map(str, arguments)])


def _rows(output: str) -> list[tuple[str, str]]:
    """Return date and coverage of the runs in the terminal's table, latest first."""
    return [(line[2:18], line[20:].split(" %")[0]) for line in output.splitlines() if line.startswith("  20")]


def test_runs_are_in_the_order_of_their_dates(write: Write, tmp_path: Path) -> None:
    write("a.json", "full", "2026-03-01T10:00:00+00:00")
    write("b.json", "half", "2026-01-01T10:00:00+00:00")
    write("c.json", "half", "2026-02-01T10:00:00+02:00")
    done = run(tmp_path / "runs")
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "Coverage rose: 50.0 % on 2026-01-01 10:00 to 100.0 % on 2026-03-01 10:00 UTC, 3 runs\n"
    )
    assert _rows(done.stdout) == [
        ("2026-03-01 10:00", "100.0"),
        ("2026-02-01 08:00", "50.0"),
        ("2026-01-01 10:00", "50.0"),
    ]
    assert re.search(r"^  outcomes +▄▄█$", done.stdout, re.MULTILINE)
    assert "Covered since the run before\n  toy.createContact:duplicate\n" in done.stdout


def test_outcomes_that_are_no_longer_covered_are_named(write: Write) -> None:
    done = run(write("a.json", "full", "2026-01-01"), write("b.json", "half", "2026-01-02"))
    assert done.stdout.startswith("Coverage fell: ")
    assert "No longer covered since the run before\n  toy.createContact:duplicate\n" in done.stdout


def test_the_order_of_files_and_their_repetition_do_not_matter(write: Write, tmp_path: Path) -> None:
    one, two = write("a.json", "half", "2026-01-01T00:00:00Z"), write("b.json", "full", "2026-01-02T00:00:00Z")
    assert run(two, one, tmp_path / "runs", one).stdout == run(one, two).stdout


def test_a_report_without_date_has_that_of_its_file(write: Write) -> None:
    path = write("old.json", "half", None)
    os.utime(path, (1_750_000_000, 1_750_000_000))
    done = run(path, write("new.json", "full", "2026-01-02T00:00:00Z"))
    assert _rows(done.stdout)[1] == ("2025-06-15 15:06", "50.0")
    assert done.stdout.count("date of the file") == 1


@pytest.mark.parametrize("date", ["soon", 5, None, "0001-01-01T00:00:00+23:59"])
def test_a_date_that_is_none_is_that_of_the_file(write: Write, date: object) -> None:
    assert "date of the file" in run(write("a.json", "half", date)).stdout


def test_one_run_has_no_trend(write: Write) -> None:
    done = run(write("a.json", "half", "2026-01-01T00:00:00Z"))
    assert done.exit_code == 0
    assert done.stdout.startswith("Coverage of one run: 50.0 % on 2026-01-01 00:00 UTC; a trend needs two runs\n")


def test_another_contract_is_marked(write: Write, tmp_path: Path) -> None:
    write("a.json", "half", "2026-01-01T00:00:00Z")
    write("b.json", "full", "2026-01-02T00:00:00Z", contracts={"toy": ["f" * 64]})
    page, data = tmp_path / "history.html", tmp_path / "history.json"
    done = run(tmp_path / "runs", "--html", page, "--json", data)
    assert done.stdout.count("another contract of toy") == 1
    assert "the contract changed at 2026-01-02 00:00" in page.read_text()
    assert [each["changed_contracts"] for each in json.loads(data.read_text())["history"]] == [[], ["toy"]]


def test_json_has_each_run(write: Write, tmp_path: Path) -> None:
    path = write("a.json", "half", "2026-01-01T00:00:00Z", version="0.9")
    data = tmp_path / "history.json"
    run(path, "--json", data)
    report = json.loads(data.read_text())
    (entry,) = report["history"]
    half = {"covered": 1, "total": 2, "percent": 50.0}
    assert (report["format"], report["command"]) == ("crm-mocks report 2", "coverage")
    assert (entry["report"], entry["date"], entry["date_from"]) == (str(path), "2026-01-01T00:00:00+00:00", "report")
    assert (entry["version"], entry["verdict"], entry["coverage"]) == ("0.9", "kept", half)
    assert entry["operations"] == {"toy.createContact": half}


def test_a_page_has_charts_that_need_no_script(write: Write, tmp_path: Path) -> None:
    write("a.json", "half", "2026-01-01T00:00:00Z")
    write("b.json", "full", "2026-01-02T00:00:00Z")
    page = tmp_path / "history.html"
    run(tmp_path / "runs", "--html", page)
    text = page.read_text()
    assert text.count('<svg class="chart"') == 2
    assert 'aria-label="Coverage of toy.createContact over time: outcomes 50.0 % at 2026-01-01 00:00' in text


def test_damaged_files_of_a_folder_are_named_and_left_out(write: Write, tmp_path: Path) -> None:
    write("a.json", "half", "2026-01-01T00:00:00Z")
    (tmp_path / "runs" / "cut.json").write_text('{"format":')
    (tmp_path / "runs" / "other.json").write_text("[]")
    (tmp_path / "runs" / "notes.txt").write_text("no report")
    done = run(tmp_path / "runs")
    assert done.exit_code == 0
    shown = " ".join(done.stdout.split())
    assert "Files that were left out" in shown
    assert "cut.json is not JSON" in shown
    assert "other.json is no report with a verdict" in shown
    assert "notes.txt" not in done.stdout


def test_a_damaged_file_that_was_named_is_a_usage_error_after_the_report(write: Write, tmp_path: Path) -> None:
    broken = tmp_path / "cut.json"
    broken.write_text("{")
    done = run(write("a.json", "half", "2026-01-01T00:00:00Z"), broken)
    assert done.exit_code == 2
    assert done.stdout.startswith("Coverage of one run")
    assert done.stderr.startswith(f"crm-mocks: {broken} is not JSON")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["empty"], "has no JSON file"),
        (["nowhere.json"], "No such file or directory"),
        (["damaged"], "is not JSON"),
        (["damaged", "--write-baseline", "b.json"], "--history and --write-baseline exclude each other"),
        (["damaged", "--allow", "toy"], "allows nothing"),
    ],
)
def test_nothing_to_show_is_a_usage_error(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "x.json").write_text("{")
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_latest_run_must_reach_the_required_percentage(write: Write, tmp_path: Path) -> None:
    write("a.json", "full", "2026-01-01T00:00:00Z")
    write("b.json", "half", "2026-01-02T00:00:00Z")
    junit = tmp_path / "junit.xml"
    assert run(tmp_path / "runs", "--fail-under", "50").exit_code == 0
    done = run(tmp_path / "runs", "--fail-under", "51", "--junit", junit)
    assert done.exit_code == 1
    assert "coverage of 50.0 % in the latest run is below 51 %\n" in done.stdout
    assert 'failures="1"' in junit.read_text()


def test_a_report_that_coverage_wrote_has_its_date(write: Write, tmp_path: Path) -> None:
    merged = tmp_path / "merged.json"
    path = write("a.json", "half", "2026-01-01T00:00:00Z")
    assert CliRunner().invoke(main, ["coverage", str(path), "--json", str(merged)]).exit_code == 0
    assert "date of the file" not in run(merged).stdout


def test_a_run_without_coverage_is_a_gap(write: Write) -> None:
    paths = [
        write("a.json", "half", "2026-01-01T00:00:00Z"),
        write("b.json", "half", "2026-01-02", operations=[], vendors=[]),
    ]
    done = run(*paths)
    assert done.stdout.startswith("Coverage of one run: 50.0 %")
    assert re.search(r"^  outcomes +▄·$", done.stdout, re.MULTILINE)
    assert _rows(done.stdout)[0][1].startswith("–")
