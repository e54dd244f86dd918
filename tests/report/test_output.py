"""Reports are written whatever fails, and a broken contract matters more than what could not be written."""

from __future__ import annotations

import pytest

from crm_contracts.report.output import run_all
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
