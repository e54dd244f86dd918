"""Time limits that hold on machines that are busy with other things."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable

import pytest

from crm_contracts.clients import persistent, process

Limit = Callable[[Callable[["subprocess.Popen[bytes]"], bool]], None]


@pytest.fixture
def over_when(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Have the time limit of a command be over once a condition holds, however slow the machine is."""

    def over_when(holds: Callable[[subprocess.Popen[bytes]], bool]) -> None:
        def wait(command: subprocess.Popen[bytes], *_: object) -> bool:
            while not holds(command):
                assert command.poll() is None
                time.sleep(0.01)
            return False

        monkeypatch.setattr(process, "_wait", wait)

    return over_when


@pytest.fixture
def patient_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give programs more time to end when they are asked to."""
    monkeypatch.setattr(process.stop, "__defaults__", (60.0,))
    monkeypatch.setattr(process, "STOP_SECONDS", 60.0)


@pytest.fixture(autouse=True)
def _slow_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give programs more time to become ready."""
    monkeypatch.setattr(persistent, "_START_SECONDS", 60.0)
