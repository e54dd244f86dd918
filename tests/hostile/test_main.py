"""`python -m tests.hostile`: a run that is stopped leaves its table."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_EMPTY = "<!-- attacked -->\n<!-- end of attacked -->\n"
_PATIENCE_SECONDS = 120


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_a_stopped_run_writes_and_prints_its_table(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(_EMPTY, "utf-8")
    command = [sys.executable, "-m", "tests.hostile", "--seconds=600", "--seed=1", "--kind=baselines", f"--page={page}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        end = time.monotonic() + _PATIENCE_SECONDS
        while page.read_text("utf-8") == _EMPTY and running.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        rounds = page.read_text("utf-8")
        running.send_signal(signal.SIGTERM)
        printed, _ = running.communicate(timeout=_PATIENCE_SECONDS)
    assert "| baselines | files for `--baseline` | 100 |" in rounds  # as a run that is killed leaves it
    assert "baselines" in printed
    assert "seed 1" in page.read_text("utf-8")
    assert running.returncode == 0
