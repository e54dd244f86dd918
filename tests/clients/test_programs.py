"""A client program that is started for each run leaves nothing behind."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from crm_contracts.clients import programs
from crm_contracts.clients.programs import DeadlineReached, OneShotProgram
from crm_mocks import countdown


@pytest.mark.usefixtures("patient_stop")
def test_a_client_is_stopped_when_the_wait_for_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    wait = subprocess.Popen.wait

    def interrupted(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        if not started:
            started.append(process)
            raise KeyboardInterrupt
        return wait(process, timeout)

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        OneShotProgram((sys.executable, "-S", "-c", "import time; time.sleep(60)"), 61.0).run(dict(os.environ))
    assert [process.returncode for process in started] == [-15]


def test_a_run_that_the_deadline_of_the_campaign_ends_has_no_result() -> None:
    client = OneShotProgram((sys.executable, "-S", "-c", "import time; time.sleep(60)"), 61.0)
    began = time.monotonic()
    with pytest.raises(DeadlineReached):
        client.run(dict(os.environ), deadline=began + 0.3)
    with pytest.raises(DeadlineReached):
        client.run(dict(os.environ), deadline=began)
    assert time.monotonic() - began < 30


def test_output_is_kept_though_this_process_is_held_up_after_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    keep = programs._OutputTail._keep

    def keep_later(tail: programs._OutputTail, read_end: int) -> None:
        time.sleep(0.3)
        keep(tail, read_end)

    monkeypatch.setattr(programs._OutputTail, "_keep", keep_later)
    monkeypatch.setattr(programs, "_GRACE_SECONDS", 0.05)
    moments = itertools.count(step=10)
    monkeypatch.setattr(countdown, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    ran = OneShotProgram((sys.executable, "-S", "-c", "print('done')"), 60.0).run(dict(os.environ))
    assert ran.printed == b"done\n"
