"""Output never fails: what a terminal, pipe or disk cannot take is replaced or lost, and the command does its work."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from crm_mocks.cli import streams
from tests.server.serving import COMMAND, any_vendor

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
LIST = shlex.join([*COMMAND, "list"])
NO_SPACE = "crm-mocks: cannot write to stdout: No space left on device\n"
CLOSED = "crm-mocks: cannot write to stdout: Bad file descriptor\n"
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


def shell(script: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["sh", "-c", script], capture_output=True, timeout=60, check=False, env={**os.environ, **environment}
    )


@pytest.mark.parametrize(
    ("redirection", "error"),
    [(">&-", CLOSED), pytest.param(">/dev/full", NO_SPACE, marks=needs_full), (">&- 2>&-", ""), ("<&- >&-", CLOSED)],
)
def test_lost_output_is_one_line_and_exit_code_2(redirection: str, error: str) -> None:
    done = shell(f"{LIST} {redirection}")
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", error)


@needs_full
def test_lost_messages_change_nothing() -> None:
    done = shell(f"{LIST} 2>/dev/full")
    assert done.returncode == 0
    assert shell(f"{shlex.join([*COMMAND, 'sevre'])} 2>/dev/full").returncode == 2


def test_a_pipe_closed_early_is_no_failure() -> None:
    done = shell(f"({LIST}; echo $? >&2) | head -1")
    assert done.stderr == b"0\n"
    assert done.stdout.count(b"\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_characters_that_the_encoding_lacks_are_replaced(encoding: str) -> None:
    script = (
        "import sys; from crm_mocks.cli.streams import standard_streams\n"
        "import click\n"
        "with standard_streams() as streams:\n"
        "    click.echo('a\\u2192b'); print('\\ud800c'); click.echo('\\u2192', err=True)\n"
        "    assert not streams.failure"
    )
    done = shell(shlex.join([sys.executable, "-c", script]), PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"a?b\n?c\n", b"?\n")


def test_output_to_a_pipe_that_a_command_has_made_non_blocking_is_complete() -> None:
    script = (
        "import os; from crm_mocks.cli.streams import standard_streams\n"
        "os.set_blocking(1, False)\n"
        "with standard_streams(): print('x' * 1_000_000)"
    )
    done = shell(f"{shlex.join([sys.executable, '-c', script])} | (sleep 0.5; wc -c)")
    assert done.stdout.split() == [b"1000001"]


def test_a_server_serves_with_all_descriptors_closed(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = shlex.join([*COMMAND, "serve", any_vendor(), "--port", "0", "--ready-file", str(ready)])
    with subprocess.Popen(["sh", "-c", f"exec {command} <&- >&- 2>&-"]) as process:
        try:
            import json
            import time

            for _ in range(600):
                if ready.exists():
                    break
                time.sleep(0.1)
            url = json.loads(ready.read_text())["url"]
            assert urllib.request.urlopen(f"{url}/__admin/health").status == 200
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("80", 80), ("200", 100)])
def test_text_is_as_wide_as_the_terminal_up_to_100_columns(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr(streams, "sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True)))
    assert streams.text_width() == width


def test_text_has_100_columns_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(streams, "sys", SimpleNamespace(stdout=None))
    assert streams.text_width() == 100


@pytest.mark.parametrize("columns", ["", "0", "-5", "²", "٣", "9" * 5000], ids=lambda each: ascii(each[:9]))
def test_a_number_of_columns_that_is_none_is_ignored(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    with Path(os.devnull).open() as stream:
        assert streams.terminal_width(stream) == 80
