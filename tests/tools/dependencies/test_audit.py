"""The look-up of advisories, with a pip-audit that knows what a test gives it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.dependencies import audit as command
from tools.dependencies.audit import Audit, UnreachableError, audit

PROGRAM = """\
#!{python}
import json, sys
from pathlib import Path

folder = Path(__file__).parent
service = "osv" if "osv" in sys.argv else "first"
kind = "probe" if "--requirement" in sys.argv else "all"
with (folder / "calls").open("a") as file:
    print(service, kind, file=file)
answer = folder / f"{{service}}-{{kind}}.json"
if not answer.exists():
    sys.exit("Traceback: ConnectionError")
print(answer.read_text())
sys.exit(1)
"""
CLEAN = {"name": "click", "version": "8", "vulns": []}
SKIPPED = {"name": "click", "skip_reason": "not found"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "pip-audit"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setattr(command, "PROGRAM", program)
    return tmp_path


def answer(folder: Path, name: str, *entries: dict[str, Any]) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"dependencies": entries, "fixes": []}))


def test_advisories_are_named_with_the_version_that_fixes_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(folder, "first-probe", CLEAN)
    vulnerable = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2", "3"]}]}
    hopeless = {"name": "y", "version": "1", "vulns": [{"id": "CVE-2", "fix_versions": []}]}
    answer(folder, "first-all", CLEAN, vulnerable, hopeless, {"name": "crm-mocks", "skip_reason": "editable"})
    assert audit() == Audit(3, ["x 1: CVE-1, fixed in 2, 3", "y 1: CVE-2, fixed in no version"], [])
    assert command.main() == 1
    assert "advisories on 3 packages: 2\nx 1: CVE-1" in capsys.readouterr().out


def test_no_advisories_are_exit_code_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer(folder, "first-probe", CLEAN)
    answer(folder, "first-all", CLEAN, {"name": "z", "skip_reason": "not found"})
    assert command.main() == 0
    assert capsys.readouterr().out == (
        "advisories on 2 packages: none\nnot looked up, as the service does not have them: z\n"
    )


def test_the_second_service_is_asked_where_the_first_looks_nothing_up(folder: Path) -> None:
    answer(folder, "first-probe", SKIPPED)
    answer(folder, "osv-probe", CLEAN)
    answer(folder, "osv-all", CLEAN)
    assert audit() == Audit(1, [], [])


def test_services_that_cannot_be_reached_are_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer(folder, "first-probe", SKIPPED)
    assert command.main() == 2
    assert capsys.readouterr().err == "error: no service of advisories can be reached: nothing was audited\n"
    assert (folder / "calls").read_text().splitlines() == ["first probe", "osv probe"]


def test_a_service_that_does_not_answer_is_one_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(arguments: list[str], **_options: object) -> None:
        raise subprocess.TimeoutExpired(arguments, 300)

    monkeypatch.setattr(subprocess, "run", hang)
    assert command.main() == 2


def test_a_report_that_fails_after_the_probe_is_no_clean_one(folder: Path) -> None:
    answer(folder, "first-probe", CLEAN)
    with pytest.raises(UnreachableError):
        audit()
