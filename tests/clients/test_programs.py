"""A client program that is started for each run leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from crm_contracts.clients.programs import OneShotProgram


def test_a_client_is_stopped_when_the_wait_for_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    wait = subprocess.Popen.wait

    def interrupted(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        if timeout == 61.0:
            started.append(process)
            raise KeyboardInterrupt
        return wait(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        OneShotProgram((sys.executable, "-S", "-c", "import time; time.sleep(60)"), 61.0).run(dict(os.environ))
    assert [process.returncode for process in started] == [-15]
