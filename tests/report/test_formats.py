"""Report formats, which all commands offer."""

from __future__ import annotations

import importlib
import json
import sys
import types
from pathlib import Path

import pytest
from click.testing import CliRunner

from crm_contracts.commands import diff as diff_command
from crm_contracts.report.formats import FORMATS, ReportFormat, render
from tests.report.samples import document

GARAGE = str(Path(__file__).parents[1] / "diff" / "garage.yaml")


def test_json_starts_with_format_and_command() -> None:
    assert list(json.loads(render(document(), "json"))) == ["format", "command", "text", "number"]
    assert json.loads(render(document(), "json"))["format"] == "crm-mocks report 2"


@pytest.mark.parametrize("form", [*FORMATS, "terminal"])
def test_rendering_is_deterministic(form: str) -> None:
    assert render(document(), form) == render(document(), form)


def test_a_new_format_takes_one_module_and_one_entry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    module = types.ModuleType("tests.report.one_line")
    module.render = lambda report: f"{report.command};{report.word};{len(report.checks)}\n"
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(FORMATS, "csv", ReportFormat(module.__name__, "text/csv", "one line"))
    file = tmp_path / "report.csv"
    try:
        command = importlib.reload(diff_command).command
        CliRunner().invoke(command, [GARAGE, GARAGE, "--csv", str(file)], standalone_mode=False)
    finally:
        monkeypatch.undo()
        importlib.reload(diff_command)
    assert file.read_text("utf-8") == "diff;unchanged;1\n"


def test_renderers_are_imported_on_demand() -> None:
    import subprocess

    script = "import sys, crm_contracts.report.output; print(*({'jinja2', 'rich', 'flask'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
