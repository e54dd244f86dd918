"""Reports are written whatever fails, and a broken contract matters more than what could not be written."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from crm_contracts.report.document import Report
from crm_contracts.report.output import run_all, write_report
from crm_mocks.errors import UsageError


def fail() -> None:
    raise UsageError("cannot write a")


def test_all_steps_run_even_if_one_fails() -> None:
    done: list[int] = []
    with pytest.raises(UsageError, match="cannot write a; cannot write a"):
        run_all([fail, lambda: done.append(1), fail, lambda: done.append(2)])
    assert done == [1, 2]


@pytest.mark.parametrize("code", [1, 130])
def test_an_exit_code_stands_even_if_a_step_fails(code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_all([fail], code) == code
    assert capsys.readouterr().err == "crm-mocks: cannot write a\n"


def test_the_exit_code_may_depend_on_the_steps() -> None:
    done: list[int] = []
    assert run_all([lambda: done.append(1)], lambda: len(done)) == 1


@pytest.mark.parametrize("format", ["json", "junit", "html", "markdown"])
def test_an_old_report_survives_a_full_disk(format: str, tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("an old report")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, limits[1]))
    try:
        with pytest.raises(UsageError, match=f"cannot write the --{format} report to .*: File too large"):
            write_report(Report("check", "Contract", "kept", passed=True, summary="1 exchange"), {format: path})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_text() == "an old report"
    assert list(tmp_path.iterdir()) == [path]
