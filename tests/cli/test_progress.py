"""Progress: a line on terminals, once a command has taken a second; nothing else anywhere."""

from __future__ import annotations

import io
import re
import time
from types import SimpleNamespace

import pytest

from crm_mocks.cli import progress as progress_
from crm_mocks.cli.progress import Progress, progress
from crm_mocks.cli.streams import complain


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """A terminal on stderr of 80 columns, on which progress appears at once."""
    terminal = _Terminal()
    monkeypatch.setattr(progress_, "sys", SimpleNamespace(stderr=terminal))  # pytest replaces sys.stderr itself
    monkeypatch.setattr(progress_, "_DELAY_SECONDS", 0.01)
    monkeypatch.setattr(progress_, "_INTERVAL_SECONDS", 0.01)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    return terminal


def _wait_for(terminal: _Terminal, text: str) -> None:
    end = time.monotonic() + 60
    while text not in terminal.getvalue():
        assert time.monotonic() < end, terminal.getvalue()
        time.sleep(0.005)


def _on_screen(written: str) -> str:
    """Return what a terminal shows of the last line."""
    return re.split(r"\r|\n", written)[-1].removesuffix("\x1b[K")


@pytest.mark.parametrize(
    ("state", "seconds", "text"),
    [
        ({}, 3, "sweep: 3 s so far"),
        ({"done": 45, "total": 120, "units": "runs"}, 10, "sweep: 45 of 120 runs, 4.5/s, 17 s left"),
        ({"done": 1, "total": 120, "units": "runs"}, 30, "sweep: 1 of 120 runs, 2.0/min, 59 min 30 s left"),
        ({"done": 1, "total": 720, "units": "runs"}, 30, "sweep: 1 of 720 runs, 2.0/min, 5 h 59 min left"),
        ({"done": 0, "total": 120, "units": "runs"}, 0.5, "sweep: 0 of 120 runs, 0 s so far"),
        (
            {"done": 4000, "units": "exchanges", "note": "file 1 of 2"},
            2,
            "sweep: 4000 exchanges, 2000/s, 2 s so far, file 1 of 2",
        ),
        ({"done": 10, "total": 100, "units": "x", "fraction": 0.5}, 60, "sweep: 10 of 100 x, 10.0/min, 1 min 0 s left"),
    ],
)
def test_rate_and_time_left_are_shown(state: dict[str, object], seconds: float, text: str) -> None:
    assert progress_._State("sweep", 100.0, **state).text(100.0 + seconds) == text  # type: ignore[arg-type]  # of the table


def test_the_line_is_removed_at_the_end(terminal: _Terminal) -> None:
    with progress("reading contracts") as shown:
        _wait_for(terminal, "crm-mocks: reading contracts: ")
        shown.start("sweep")
        shown.show(3, 12, "runs")
        _wait_for(terminal, "crm-mocks: sweep: 3 of 12 runs")
    assert _on_screen(terminal.getvalue()) == ""
    assert "\n" not in terminal.getvalue()


def test_the_line_is_removed_after_an_error(terminal: _Terminal) -> None:
    def interrupted() -> None:
        with progress("sweep"):
            _wait_for(terminal, "sweep")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert _on_screen(terminal.getvalue()) == ""


def test_the_line_fits_the_terminal(terminal: _Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    with progress("verify") as shown:
        shown.show(3, units="requests", note=f"POST /{'x' * 100}")
        _wait_for(terminal, "…")
    assert max(map(len, re.split(r"\r|\x1b\[K", terminal.getvalue()))) == 39


def test_lines_and_messages_are_printed_above_it(terminal: _Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    with progress("push") as shown:
        for number, _ in enumerate(shown.each("ab", "cases", 2)):
            _wait_for(terminal, f"crm-mocks: push: {number} of 2 cases")
            shown.say(f"case {number}")
        while not _on_screen(terminal.getvalue()):
            time.sleep(0.005)
        erased = terminal.getvalue().count("\r\x1b[K")
        complain("careful")
        assert terminal.getvalue().count("\r\x1b[K") == erased + 1
    assert capsys.readouterr() == ("case 0\ncase 1\n", "crm-mocks: careful\n")


def test_lines_hold_no_commands_of_build_servers(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("push") as shown:
        shown.say("::error::a")
        shown.say("200 ##vso[task.setvariable variable=a]b in 53 ms")
    lines = capsys.readouterr().out.splitlines()
    assert [each.replace("\u200b", "|") for each in lines] == [
        ":|:error::a", "200 #|#vso[task.setvariable variable=a]b in 53 ms",
    ]  # fmt: skip


def test_an_inner_progress_shows_nothing(terminal: _Terminal) -> None:
    with progress("lint"):
        _wait_for(terminal, "lint")
        with progress("reading contracts"):
            time.sleep(0.05)
    assert "reading contracts" not in terminal.getvalue()


def test_a_quick_command_shows_nothing(terminal: _Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_, "_DELAY_SECONDS", 60)
    with progress("lint") as shown:
        shown.count("contracts")
    assert terminal.getvalue() == ""


@pytest.mark.parametrize("term", [None, "dumb"])
def test_nothing_is_shown_in_a_log_or_on_a_dumb_terminal(
    term: str | None, terminal: _Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    if term is None:
        monkeypatch.setattr(terminal, "isatty", lambda: False)
    else:
        monkeypatch.setenv("TERM", term)
    with progress("lint") as shown:
        shown.start("lint")
        shown.show(1, 2, "contracts")
        time.sleep(0.05)
    assert terminal.getvalue() == ""


def test_a_terminal_that_is_gone_does_not_end_the_command(terminal: _Terminal) -> None:
    shown = Progress("lint")
    shown.erase()
    terminal.close()
    shown._draw()
    shown.end()
