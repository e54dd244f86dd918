"""A program that the fork server runs cannot be told from one that Python starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ABOUT = """
import json, os, sys, tempfile, threading
main = threading.main_thread()
threading.Thread(target=lambda: (main.join(), print("thread", flush=True))).start()
print(json.dumps([__name__, sys.argv, os.getcwd(), os.environ["MARK"], tempfile.gettempdir(), sys.stdin.read()]))
print("error", file=sys.stderr)
"""
PROGRAMS = {
    "arguments, folder, environment, input": ("-c", ABOUT, "a", "b c"),
    "exit code": ("-c", "import sys; sys.exit(7)"),
    "text as exit code": ("-c", "import sys; sys.exit('why')"),
    "exception": ("-c", "def f():\n  raise ValueError('bad')\nf()"),
    "signal": ("-c", "import os; os.kill(os.getpid(), 9)"),
    "module": ("-m", "json.tool", "--help"),
    "module that there is not": ("-m", "nowhere"),
    "file": ("program.py", "--option"),
    "file that there is not": ("nowhere.py",),
    "standard input": ("-",),
    "another option": ("-X", "utf8", "-c", "import sys; print(sys.flags.utf8_mode)"),
}


def run(python: str | Path, folder: Path, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run a program; return exit code and the lines of its output, as threads write in any order."""
    environment = {**os.environ, "MARK": "this", "TMPDIR": str(folder), "COLUMNS": "80"}
    done = subprocess.run(
        [str(python), *arguments],
        cwd=folder,
        env=environment,
        input="print('from input')",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    errors = done.stderr.replace(str(python), "python").replace(sys.executable, "python").splitlines()
    return done.returncode, sorted(done.stdout.splitlines()), errors


@pytest.mark.parametrize("arguments", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_does_the_same(arguments: tuple[str, ...], programs: Path, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("NAME = 'beside'")
    (tmp_path / "program.py").write_text("import sys, beside\nprint(beside.NAME, sys.argv, __file__, sys.path[0])")
    forked, started = (run(python, tmp_path, *arguments) for python in (programs / "python", sys.executable))
    assert forked[:2] == started[:2]
    assert forked[2][-1:] == started[2][-1:]


def test_a_traceback_shows_the_program_only(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("def f():\n    raise ValueError('bad')\n\n\nf()\n")
    forked, started = (run(python, tmp_path, "program.py") for python in (programs / "python", sys.executable))
    assert forked == started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_reaches_the_program(number: signal.Signals, programs: Path) -> None:
    script = "import time; print('begun', flush=True); time.sleep(60)"
    with subprocess.Popen(
        [programs / "python", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(number)
        assert process.wait(60) == -number


def test_a_program_ends_with_its_client(programs: Path) -> None:
    script = "import time; print('begun', flush=True); time.sleep(60)"
    with subprocess.Popen([programs / "python", "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        process.kill()
        assert process.stdout.read() == b""  # which the program would hold open
