"""Whatever goes wrong in a command is one line and exit code 2, never 1, which means that a contract is broken."""

from __future__ import annotations

import errno
import logging
import os
import signal
import threading
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from crm_mocks.cli import group, main, stopping
from crm_mocks.cli.last_resort import unexpected
from crm_mocks.cli.stopping import exit_on_signals

RAISED: list[BaseException] = []


@click.command("stumble")
def stumble() -> None:
    raise RAISED[0]


@pytest.fixture(autouse=True)
def _plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = EntryPoints([EntryPoint("stumble", f"{__name__}:stumble", group.ENTRY_POINTS)])
    monkeypatch.setattr(group, "entry_points", entries.select)
    monkeypatch.delenv("CRM_MOCKS_DEBUG", raising=False)


def run(error: BaseException) -> Result:
    RAISED[:] = [error]
    return CliRunner().invoke(main, ["stumble"])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (FileNotFoundError(2, "No such file or directory", "/x"), "/x: No such file or directory"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "Broken pipe"),  # click would exit with 1
        (MemoryError(), "the environment does not let the command work: out of memory"),
        (RuntimeError("can't start new thread"), "the environment does not let the command work: can't start"),
        (
            ImportError("/x.so: failed to map segment from shared object"),
            "the environment does not let the command work: /x.so: failed to map segment",
        ),
        (KeyError("x"), "internal error, please report it: KeyError: 'x'"),
        (ExceptionGroup("a", [ExceptionGroup("b", [OSError(28, "No space left on device")])]), "No space left"),
        (ValueError("two\nlines"), "ValueError: two lines"),
    ],
)
def test_an_unexpected_exception_is_one_line_with_exit_code_2(error: Exception, line: str) -> None:
    done = run(error)
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("crm-mocks: ")
    assert line in done.stderr
    assert "CRM_MOCKS_DEBUG=1" in done.stderr


def test_a_working_directory_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    done = run(FileNotFoundError(2, "No such file or directory"))
    assert "crm-mocks: the working directory does not exist any more" in done.stderr


def test_the_traceback_is_shown_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_MOCKS_DEBUG", "1")
    done = run(KeyError("x"))
    assert done.exit_code == 2
    assert done.stderr.startswith("Traceback")
    assert done.stderr.splitlines()[-1] == "crm-mocks: internal error, please report it: KeyError: 'x'"


def test_an_interrupt_exits_with_130() -> None:
    assert run(KeyboardInterrupt()).exit_code == 130


def test_an_error_without_a_text_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "OSError" not in unexpected(OSError(errno.EMFILE, os.strerror(errno.EMFILE)))


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_signals_unwind_the_stack(name: str) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended, exit_on_signals():
        signal.raise_signal(number)
    assert ended.value.code == 128 + number
    signal.signal(number, before)


class _Finalized:
    """Gets a signal while it is finalized."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


class _SignallingLock:
    """Gets a signal while it is released."""

    def release(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def _finalize(monkeypatch: pytest.MonkeyPatch) -> None:
    _Finalized()


def _end_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "_lock", _SignallingLock())
    logging._releaseLock()  # type: ignore[attr-defined]  # up to Python 3.12
    monkeypatch.undo()


HOOKS = [_finalize, *([_end_fork] if hasattr(logging, "_releaseLock") else [])]


@pytest.mark.parametrize("call", HOOKS, ids=lambda each: each.__name__)
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_where_python_ignores_exceptions_unwinds_the_stack_afterwards(
    monkeypatch: pytest.MonkeyPatch, call: Callable[[pytest.MonkeyPatch], None]
) -> None:
    reached = []

    def wait() -> None:
        call(monkeypatch)
        reached.append(True)
        threading.Event().wait(60)

    with pytest.raises(SystemExit), exit_on_signals():
        wait()
    assert reached


def test_a_command_that_has_ended_in_order_is_not_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[int] = []
    monkeypatch.setattr(stopping.os, "_exit", cut.append)
    others = threading.enumerate()
    with pytest.raises(SystemExit), exit_on_signals():
        signal.raise_signal(signal.SIGTERM)
    for ending in set(threading.enumerate()).difference(others):
        ending.join()
    assert not cut


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
def test_a_signal_that_the_parent_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with exit_on_signals():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_the_nearest_command_is_named() -> None:
    done = CliRunner().invoke(main, ["sevre"])
    assert (done.exit_code, done.stderr) == (2, "crm-mocks: No such command 'sevre' (did you mean 'serve'?).\n")
