"""docs/sweeps.md: what the programs of examples/ do under `crm-mocks sweep`, made by the command itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from crm_mocks.errors import UsageError
from tools.pages import sweeps
from tools.pages.examples import Example, examples, sweep
from tools.pages.sweeps import NAME, main, make, matrix, sections, stale, without_times

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / NAME).read_text("utf-8")
EXAMPLES = examples(ROOT / "examples")
PROGRAMS = ("node", "perl")
CHEAP = next(example for example in EXAMPLES if example.name == "config_api_shell")


@pytest.fixture
def changeable(tmp_path: Path) -> Path:
    """A copy of examples/."""
    return shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))


def test_the_matrices_are_up_to_date() -> None:
    assert list(stale(EXAMPLES, PAGE)) == [], "run `make docs`"


def test_the_page_has_each_example_or_says_why_not() -> None:
    known = sections(PAGE)
    assert [example.name for example in EXAMPLES if example.command] == list(known)
    assert all(f"): {example.reason}" in PAGE for example in EXAMPLES if not example.command)


def test_no_client_fails_to_survive_anything() -> None:
    assert "FAILED" not in PAGE
    assert len(re.findall(r"\nSurvived: .*\nbaseline run: ", PAGE)) == len(sections(PAGE))


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.command], ids=lambda example: example.name)
def test_a_matrix_is_what_the_command_prints_but_for_times(example: Example) -> None:
    missing = {name for name in PROGRAMS if name in example.command and shutil.which(name) is None}
    if missing or (example is CHEAP and shutil.which("curl") is None):
        pytest.skip("the program of the client is not installed here")
    printed = sweep(example, "--jobs", "8")
    assert without_times(printed) == without_times(matrix(sections(PAGE)[example.name]))


def test_a_section_is_out_of_date_when_its_client_has_changed(changeable: Path) -> None:
    with (changeable / CHEAP.name / "create_lead.sh").open("a") as client:
        client.write("# changed\n")
    assert list(stale(examples(changeable), PAGE)) == [CHEAP.name]


def test_a_section_is_out_of_date_when_its_command_has_changed(changeable: Path) -> None:
    readme = changeable / CHEAP.name / "README.md"
    readme.write_text(readme.read_text("utf-8").replace("crm-mocks sweep", "crm-mocks sweep --jobs 1"), "utf-8")
    assert list(stale(examples(changeable), PAGE)) == [CHEAP.name]


def test_a_section_is_out_of_date_when_the_contract_has_changed() -> None:
    assert list(stale([CHEAP], PAGE.replace("\nconfig_api.createLead\n", "\nconfig_api.validateLead\n"))) == [
        CHEAP.name
    ]


def test_a_matrix_stays_when_its_times_alone_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    before = matrix(sections(PAGE)[CHEAP.name])
    monkeypatch.setattr(sweeps, "sweep", lambda _: before.replace("1.0 s apart", "1.1 s apart"))
    assert make(EXAMPLES, PAGE, [CHEAP.name]) == PAGE
    monkeypatch.setattr(sweeps, "sweep", lambda _: before.replace("exit 75", "exit 1"))
    assert "exit 1\n" in sections(make(EXAMPLES, PAGE, [CHEAP.name]))[CHEAP.name]


def test_a_client_that_fails_is_told_with_its_output(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the baseline run failed with exit code 3"):
        sweep(Example(tmp_path, "crm-mocks sweep -- sh -c 'exit 3'"))


def test_an_example_with_neither_a_sweep_nor_a_reason_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "client").mkdir()
    (tmp_path / "client" / "README.md").write_text("# A client\n")
    assert main(["--check", "--docs", str(tmp_path), "--examples", str(tmp_path)]) == 2
    assert "has neither a `crm-mocks sweep` nor a paragraph that begins 'Not swept: '" in capsys.readouterr().err


def test_check_names_what_is_out_of_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--check", "--docs", str(tmp_path), "--examples", str(ROOT / "examples")]
    (tmp_path / NAME).write_text(PAGE.replace("-- made of ", "-- made of 0"), "utf-8")
    assert main(arguments) == 1
    named = [example.name for example in EXAMPLES if example.command]
    told = [f"{tmp_path / NAME}: {name} is out of date: run `make docs` and commit it" for name in named]
    assert capsys.readouterr().out.splitlines() == told
    (tmp_path / NAME).write_text(PAGE, "utf-8")
    assert main(arguments) == 0
