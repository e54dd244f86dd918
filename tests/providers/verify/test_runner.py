"""What schemathesis prints is read for the reasons why it could not test."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from schemathesis.engine.errors import EngineErrorInfo

from crm_contracts.providers.verify import runner
from crm_contracts.providers.verify.case_counts import CaseCounts
from crm_contracts.providers.verify.observations import CoverageGap, read
from crm_contracts.providers.verify.runner import SchemathesisResult
from crm_mocks import countdown


def raised(error: Exception) -> EngineErrorInfo:
    """Return an error as schemathesis has it, with a traceback."""
    try:
        raise error
    except type(error) as caught:
        return EngineErrorInfo(caught)


@pytest.mark.parametrize(
    ("error", "reason"),
    [(MemoryError(), "MemoryError"), (ValueError("it is wrong\nhere"), "it is wrong")],
)
def test_the_reason_of_an_error_is_its_message_or_what_ends_its_traceback(error: Exception, reason: str) -> None:
    section = f"=== ERRORS ===\n______ GET /things ______\n{raised(error).format()}\n=== SUMMARY ===\n"
    (shown,) = SchemathesisResult(passed=False, case_counts=CaseCounts({}), output=section).errors
    assert shown == f"GET /things (Runtime Error: {reason})"


def started(tmp_path: Path, script: str) -> tuple[subprocess.Popen[bytes], Path]:
    log = tmp_path / "log"
    log.touch()
    return subprocess.Popen([sys.executable, "-S", "-c", script]), log


def test_a_run_that_sends_nothing_is_stopped(tmp_path: Path) -> None:
    process, log = started(tmp_path, "import time; time.sleep(600)")
    assert runner._wait(process, log, 0.1, lambda: None) is None
    (gap,) = read(log)
    assert gap == CoverageGap("nothing was sent for 0 s, so the run was stopped")


def test_a_run_is_not_stopped_for_a_hold_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = itertools.count(step=100)
    monkeypatch.setattr(countdown, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    process, log = started(tmp_path, "import time; time.sleep(2)")
    assert runner._wait(process, log, 60.0, lambda: None) == 0
