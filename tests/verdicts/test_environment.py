"""The environment may be hostile: one line and exit code 2, or a report without what could not be had."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crm_mocks.process_status import is_alive
from tests.verdicts.conftest import CASES, StateRow

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a POSIX shell and /dev/full")
TOPIC = "environment"
COMMAND = shlex.join([sys.executable, "-m", "crm_mocks"])
CLIENT = CASES / "clients" / "get_config.py"
KEPT = shlex.join([sys.executable, str(CLIENT), "demo-key"])
BROKEN = shlex.join([sys.executable, str(CLIENT), "wrong"])


def shell(folder: Path, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script with `crm-mocks` as `$C`, with a folder for temporary files of its own."""
    temporary = folder / "tmp"
    temporary.mkdir()
    done = subprocess.run(
        ["sh", "-c", script.replace("$C", COMMAND)],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(temporary), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert list(temporary.iterdir()) == []
    return done


@pytest.mark.parametrize(
    ("case", "script", "code", "line"),
    [
        ("stdout closed", f"$C run --json r -- {KEPT} >&-", 2, "cannot write to stdout: Bad file descriptor"),
        ("stdout full", f"$C run --json r -- {KEPT} >/dev/full", 2, "cannot write to stdout: No space left on device"),
        (
            "stdout full, contract broken",
            f"$C run --json r -- {BROKEN} >/dev/full",
            1,
            "cannot write to stdout: No space left on device",
        ),
        (
            "a report that cannot be written, contract broken",
            f"$C run --html no/r --json r -- {BROKEN}",
            1,
            "cannot write the --html report to no/r: No such file or directory",
        ),
    ],
)
def test_lost_output_costs_no_report(
    tmp_path: Path, state_row: StateRow, case: str, script: str, code: int, line: str
) -> None:
    done = shell(tmp_path, script)
    assert (done.returncode, done.stderr.splitlines()[1:]) == (code, [f"crm-mocks: {line}"])
    assert (tmp_path / "r").stat().st_size > 0
    state_row(TOPIC, case, f"exit {code}: {line}; the reports are written")


def test_closed_descriptors_are_not_taken_by_sockets(tmp_path: Path, state_row: StateRow) -> None:
    done = shell(tmp_path, f"$C run --json r -- {BROKEN} <&- >&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert '"verdict": "broken"' in (tmp_path / "r").read_text()
    state_row(TOPIC, "stdin, stdout and stderr closed, contract broken", "exit 1; the reports are written")


def test_a_pipe_closed_early_is_quiet(tmp_path: Path, state_row: StateRow) -> None:
    done = shell(tmp_path, f"($C run -- {BROKEN} 2>e; echo $? >code) | head -1")
    assert (tmp_path / "code").read_text() == "1\n"
    assert (tmp_path / "e").read_text().count("\n") == 1
    assert done.returncode == 0
    state_row(TOPIC, "a reader that closes the pipe early (head), contract broken", "exit 1, without a message")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_output_is_replaced(tmp_path: Path, state_row: StateRow, encoding: str) -> None:
    done = shell(tmp_path, "$C push activix --list-cases; $C diff no\u2192where x", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no?where" in done.stderr
    state_row(TOPIC, f"output that {encoding} lacks", "replaced by ?")


@pytest.mark.parametrize(
    ("case", "script", "code"),
    [
        ("no HOME and no PATH", f"env -i $C run -- {KEPT}", 0),
        ("a current folder that has been deleted", f"mkdir d; cd d; rmdir ../d; $C run -- {KEPT}", 0),
        ("no TMPDIR", f"TMPDIR=/nowhere $C run -- {KEPT}", 0),
    ],
)
def test_what_is_not_needed_may_be_missing(
    tmp_path: Path, state_row: StateRow, case: str, script: str, code: int
) -> None:
    done = shell(tmp_path, script)
    assert done.returncode == code, done.stderr
    state_row(TOPIC, case, "exit 0: Contract kept")


@pytest.mark.parametrize(
    ("case", "limit", "line"),
    [
        ("no file can be written", "ulimit -f 0; trap '' XFSZ", "No usable temporary directory found"),
        ("too few open files", "ulimit -n 8", "Too many open files"),
    ],
)
def test_what_is_needed_is_named_in_one_line(
    tmp_path: Path, state_row: StateRow, case: str, limit: str, line: str
) -> None:
    done = shell(tmp_path, f"{limit}; $C run -- {KEPT}")
    assert (done.returncode, done.stdout) == (2, "")
    (message,) = [each for each in done.stderr.splitlines() if each.startswith("crm-mocks: ")]
    assert message.startswith(f"crm-mocks: the environment does not let the command work: {line}")
    state_row(TOPIC, case, f"exit 2: the environment does not let the command work: {line}")


@pytest.mark.parametrize("command", ["run", "sweep", "serve"])
def test_a_hangup_leaves_nothing_behind(tmp_path: Path, state_row: StateRow, command: str) -> None:
    client = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"
    words = [*shlex.split(COMMAND), command]
    words += ["--port", "0", "--ready-file", "pid"] if command == "serve" else ["--", sys.executable, "-c", client]
    (tmp_path / "tmp").mkdir()
    with subprocess.Popen(
        words,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        pid = tmp_path / "pid"
        while not pid.exists() or not pid.read_text():
            time.sleep(0.02)
        started = pid.read_text()
        process.send_signal(signal.SIGHUP)
        code = process.wait(60)
    assert code == (0 if command == "serve" else 129)
    end = time.monotonic() + 60  # the watchdog may outlive the command by a moment
    while list((tmp_path / "tmp").iterdir()) or (command != "serve" and is_alive(int(started))):
        assert time.monotonic() < end
        time.sleep(0.02)
    if command == "serve":
        assert not pid.exists()
    state_row(TOPIC, f"SIGHUP while {command} is at work", f"exit {code}; no process, folder or ready file is left")
