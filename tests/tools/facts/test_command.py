"""`python -m tools.facts` checks the lists, and writes docs/facts.md."""

from __future__ import annotations

import pytest

from tests.tools.facts.conftest import FACT
from tools.facts.__main__ import main


@pytest.fixture
def command(write_list, tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()

    def run(action, *entries):
        return main([action, "--docs", str(docs), "--lists", str(write_list(*entries))]), docs / "facts.md"

    return run


def test_committed_page_is_up_to_date():
    assert main(["--check"]) == 0


def test_page_counts_the_facts_and_lists_each(command):
    prose = {key: value for key, value in FACT.items() if key != "test"}
    prose |= {"id": "prose", "fact": "It is called so.", "untestable": "It is prose.", "setting": "activix.path"}
    code, path = command("--write", FACT, prose)
    page = path.read_text("utf-8")

    assert code == 0
    assert (
        "| Activix CRM lead receiver | `activix-push-lead.md` | 2 | 2 | 1 | 1 |\n| **Total** |  | 2 | 2 | 1 | 1 |"
        in page
    )
    assert "<summary>Create a lead: 2 facts</summary>" in page
    assert "| The method is POST. | `POST /activix/leads` | [path](../tests/vendors/activix/test_settings.py) |" in page
    assert "| It is called so. | `POST /activix/leads`, setting `activix.path` | none: It is prose. |" in page


def test_check_passes_once_the_page_is_written(command, capsys):
    code, path = command("--check", FACT)
    assert (code, capsys.readouterr().out) == (1, f"{path} is out of date: run `make docs` and commit it\n")

    command("--write", FACT)
    capsys.readouterr()
    assert command("--check", FACT)[0] == 0
    assert capsys.readouterr().out == "1 facts are in the contracts: 1 tested, 0 untestable\n"


def test_check_fails_for_a_fact_without_test(command, capsys):
    code, _ = command("--check", FACT | {"test": ""})

    assert code == 1
    assert "activix.yaml:1: push-method: add either the test" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n", "must be a list of facts, each an object with id"),
        ("- a\n", "activix.yaml:1: a fact must be an object with id"),
        ("- id: a\n  id: b\n", "cannot read"),
        ("- [\n", "cannot read"),
    ],
)
def test_unreadable_list_is_a_usage_error(tmp_path, capsys, text, message):
    (tmp_path / "activix.yaml").write_text(text, "utf-8")

    assert main(["--check", "--lists", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_folder_without_lists_is_a_usage_error(tmp_path, capsys):
    assert main(["--check", "--lists", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"error: there is no list of facts in {tmp_path}\n"
