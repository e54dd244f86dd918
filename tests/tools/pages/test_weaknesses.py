"""docs/client-weaknesses.md: what fuzzing finds in the clients of examples/, and the code that fixes it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from crm_mocks.errors import UsageError
from tools.pages.examples import Example, examples
from tools.pages.weaknesses import __main__ as command
from tools.pages.weaknesses.page import NAME
from tools.pages.weaknesses.regions import function, regions

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / NAME).read_text("utf-8")
DATA: dict[str, Any] = json.loads((ROOT / "docs" / command.DATA).read_text("utf-8"))
FUZZED = [example for example in examples(ROOT / "examples") if example.fuzz]
RESULTS = [
    (example.name, name, result) for example in FUZZED for name, result in DATA[example.name]["weaknesses"].items()
]
by_result = pytest.mark.parametrize(
    ("example", "name", "result"), RESULTS, ids=[f"{example}-{name}" for example, name, _ in RESULTS]
)


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--check"]) == 0, "run `make docs`"
    assert capsys.readouterr().out == "the weaknesses are up to date\n"


def test_there_are_weaknesses_enough_in_three_languages() -> None:
    assert len(RESULTS) >= 25
    assert {Path(region.file).suffix for each in FUZZED for region in regions(each.folder)} >= {".py", ".js", ".pm"}


@by_result
def test_each_weakness_was_found_in_time_and_shrunk_to_one_difference(
    example: str, name: str, result: dict[str, Any]
) -> None:
    (folder,) = (each.folder for each in FUZZED if each.name == example)
    (region,) = (each for each in regions(folder) if each.name == name)
    assert result["found"] == region.kind
    assert result["found_by"] <= 200 or result["found_after"] <= 60
    assert result["differences"] <= 1


@pytest.mark.parametrize("example", FUZZED, ids=lambda each: each.name)
def test_clients_survive_as_they_are(example: Example) -> None:
    hardened = DATA[example.name]["hardened"]
    assert (hardened["broken"], hardened["answers"]) == ([], 2_000)


def test_the_page_shows_each_weakness_with_its_code_and_its_fix() -> None:
    for example in FUZZED:
        for region in regions(example.folder):
            section = PAGE[PAGE.index(f"### {region.name}, in [{example.name}]") :]
            assert region.code in section
            assert region.fix in section
            assert region.about in section


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Docs and examples that may be changed."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "docs").mkdir()
    for name in (NAME, command.DATA):
        shutil.copy(ROOT / "docs" / name, tmp_path / "docs")
    return tmp_path


def check(folder: Path) -> int:
    return command.main(["--check", "--docs", str(folder / "docs"), "--examples", str(folder / "examples")])


def test_a_client_that_has_changed_is_out_of_date(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = FUZZED[0]
    changed = next(path for path in sorted((folder / "examples" / first.name).iterdir()) if "weakness" in path.name)
    changed.write_text(changed.read_text("utf-8") + "\n", "utf-8")
    assert check(folder) == 1
    assert f"{first.name} is out of date: run `make docs` and commit it" in capsys.readouterr().out


def test_a_page_that_was_changed_by_hand_is_out_of_date(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = folder / "docs" / NAME
    page.write_text(PAGE.replace("Found by response", "Found by chance, response", 1), "utf-8")
    assert check(folder) == 1
    assert capsys.readouterr().out.endswith(f"{NAME} is out of date: run `make docs` and commit it\n")


def test_a_weakness_that_was_not_found_is_complained_of() -> None:
    example = FUZZED[0]
    first, second = regions(example.folder)[:2]
    data = json.loads(json.dumps({example.name: DATA[example.name]}))
    data[example.name]["weaknesses"][first.name] = {"found": ""}
    data[example.name]["weaknesses"][second.name]["differences"] = 2
    data[example.name]["hardened"]["broken"] = ["null handling: body is null"]
    assert list(command.shortcomings(example, data)) == [
        f"{example.name} does not survive: null handling: body is null",
        f"{example.name}: {first.name} is found as '', not as '{first.kind}'",
        f"{example.name}: {second.name} is shrunk to 2 differences",
    ]


@pytest.mark.parametrize(
    ("code", "function_name", "cut"),
    [
        (
            "class A:\n    def f(self) -> int:\n        return 1\n\n    def g(self): ...\n",
            "f",
            "def f(self) -> int:\n    return 1",
        ),
        ("class A {\n  async f(a) {\n    b();\n  }\n\n  g() {}\n}\n", "f", "async f(a) {\n  b();\n}"),
        ("f() {\n    a\n}\n\ng() { :; }\n", "f", "f() {\n    a\n}"),
        ("sub f {\n    my ($a) = @_;\n}\n\nsub g { }\n", "f", "sub f {\n    my ($a) = @_;\n}"),
        (
            "def f(\n    a: int,\n) -> int:\n    return a\n\n\nx = 1\n",
            "f",
            "def f(\n    a: int,\n) -> int:\n    return a",
        ),
    ],
)
def test_functions_are_cut_out_of_files_in_any_language(
    tmp_path: Path, code: str, function_name: str, cut: str
) -> None:
    file = tmp_path / "client"
    file.write_text(code, "utf-8")
    assert function(file, function_name) == cut


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# weakness: a (null handling)\n# About.\n\nclass A: ...\n", r"the comment on a has no line 'fixed by:"),
        (
            "# weakness: a (null handling)\n# fixed by: nothing in client.py\nclass A: ...\n",
            "has no function 'nothing'",
        ),
    ],
)
def test_a_comment_of_another_form_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "weaknesses.py").write_text(text, "utf-8")
    (tmp_path / "client.py").write_text("def f(): ...\n", "utf-8")
    with pytest.raises(UsageError, match=re.compile(message)):
        regions(tmp_path)
