"""`crm-mocks run` as a process: its signals, its input and output, and what becomes of the command's processes."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from crm_contracts.clients import process
from crm_contracts.clients.process import ExitStatus, run
from crm_mocks import countdown
from crm_mocks.process_status import is_alive
from tests.clients.conftest import Limit
from tests.server.serving import COMMAND

PYTHON = sys.executable
CLIENT = """
import os, signal, sys, time, urllib.request
request = urllib.request.Request(os.environ["CRM_MOCKS_URL"] + "/v1/leads/config", headers={"x-api-key": "demo-key"})
urllib.request.urlopen(request)
print(sys.stdin.read(), "asked", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_goes_to_the_command_and_the_verdict_is_still_given(number: signal.Signals, tmp_path: Path) -> None:
    report = tmp_path / "verdict.json"
    command = [*COMMAND, "run", "--json", str(report), "--", PYTHON, "-c", CLIENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"hello")
        process.stdin.close()
        assert process.stdout.readline() == b"hello asked\n"
        process.send_signal(number)
        out = process.stdout.read().decode()
        code = process.wait(60)
    assert code == (143 if number == signal.SIGTERM else 130), out
    assert f"ended by {number.name}" in out
    assert json.loads(report.read_text())["exchanges"] == 1


@pytest.mark.usefixtures("patient_stop")
def test_a_command_is_asked_to_end_at_its_time_limit() -> None:
    assert run(["sleep", "60"], dict(os.environ), 0.3) == ExitStatus(143, "SIGTERM", stopped=True)


def test_all_processes_of_a_command_are_stopped_at_its_time_limit(over_when: Limit, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    script = f"trap '' TERM; sleep 60 & echo $! > {file}.new; mv {file}.new {file}; wait"
    over_when(lambda _: file.exists())
    assert run(["sh", "-c", script], dict(os.environ), 60) == ExitStatus(137, "SIGKILL", stopped=True)
    child = int(file.read_text())
    deadline = time.monotonic() + 30
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(child)


@pytest.mark.usefixtures("patient_stop")
def test_a_command_that_ends_when_it_is_asked_to_is_not_killed(over_when: Limit, tmp_path: Path) -> None:
    waiting = tmp_path / "waiting"
    over_when(lambda _: waiting.exists())
    ended = run(["sh", "-c", f"trap 'exit 5' TERM; sleep 60 & touch {waiting}; wait"], dict(os.environ), 60)
    assert ended == ExitStatus(5, stopped=True)


def test_a_command_that_is_ending_is_not_killed_because_this_process_is_held_up(
    over_when: Limit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = tmp_path / "waiting"
    over_when(lambda _: waiting.exists())
    monkeypatch.setattr(process.stop, "__defaults__", (0.05,))
    moments = itertools.count(step=10)
    monkeypatch.setattr(countdown, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    script = f"trap 'sleep 0.3; exit 5' TERM; sleep 60 & touch {waiting}; wait"
    assert run(["sh", "-c", script], dict(os.environ), 60) == ExitStatus(5, stopped=True)


@pytest.mark.usefixtures("patient_stop")
def test_a_command_that_has_stopped_itself_is_asked_to_end_too(over_when: Limit) -> None:
    over_when(lambda command: os.waitid(os.P_PID, command.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None)
    ended = run(["sh", "-c", "trap 'exit 5' TERM; kill -STOP $$"], dict(os.environ), 60)
    assert ended == ExitStatus(5, stopped=True)


def test_signals_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGTERM)
    run(["true"], dict(os.environ), 60)
    assert signal.getsignal(signal.SIGTERM) is before


SHELL = """
import fcntl, os, signal, sys, termios
from crm_contracts.clients.process import run
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
job = os.fork()
if not job:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpgrp())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    ended = run(["sh", "-c", "echo begun; read line; echo $line; exit 5"], dict(os.environ), 60)
    os._exit(ended.code)
_, status = os.waitpid(job, os.WUNTRACED)
print("stopped", os.WIFSTOPPED(status), flush=True)
os.tcsetpgrp(0, job)
os.killpg(job, signal.SIGCONT)
_, status = os.waitpid(job, 0)
os.tcsetpgrp(0, os.getpgrp())
print("code", os.waitstatus_to_exitcode(status), flush=True)
"""


def test_a_command_is_stopped_at_the_terminal_and_goes_on_as_in_a_shell() -> None:
    import pty

    ours, its = pty.openpty()
    with subprocess.Popen([PYTHON, "-c", SHELL], stdin=its, stdout=its, stderr=its, start_new_session=True):
        shown = b""
        for word, answer in ((b"begun", b"\x1a"), (b"stopped True", b"hello\n"), (b"code 5", b"")):
            while word not in shown:
                shown += os.read(ours, 1000)
            os.write(ours, answer)
    os.close(ours)
    os.close(its)
    assert shown.count(b"hello") == 2  # as typed, and as the command has read it


def test_a_command_reads_from_the_terminal() -> None:
    import pty

    script = (
        "import fcntl, os, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
        "from crm_contracts.clients.process import run;"
        "ended = run(['sh', '-c', 'read line; test \"$line\" = hello'], dict(os.environ), 60);"
        "print('group', os.tcgetpgrp(0) == os.getpgrp(), 'code', ended.code)"
    )
    ours, its = pty.openpty()
    with subprocess.Popen([PYTHON, "-c", script], stdin=its, stdout=its, stderr=its, start_new_session=True):
        os.write(ours, b"hello\n")
        shown = b""
        while not shown.endswith(b"\n") or b"code" not in shown:
            shown += os.read(ours, 1000)
    os.close(ours)
    os.close(its)
    assert b"group True code 0" in shown
