"""Slow and half-open clients, met in a process that does nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_slow_clients_delay_nobody_and_hold_up_no_stop(figures: Callable[[str], None]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/server/wire/slow_clients.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    for line in done.stdout.splitlines():
        if line.startswith("promise"):
            figures(line)
