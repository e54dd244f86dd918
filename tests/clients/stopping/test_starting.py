"""A stop while the mocks start, at each phase, leaves no process, ready file or temporary file."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from tests.clients.stopping.process import Running
from tests.server.serving import any_vendor

_SCRIPT = """
import os, signal, sys

kind, _, place = {place!r}.partition(" ")

def stop(*_arguments):
    os.kill(os.getpid(), signal.SIGTERM)

class Importing:
    def find_spec(self, name, path=None, target=None):
        if name == place:
            stop()

def on_event(frame, event, _argument):
    if event == "call" and frame.f_code.co_qualname == place:
        sys.setprofile(None)
        stop()

if kind == "import":
    sys.meta_path.insert(0, Importing())
elif kind == "call":
    sys.setprofile(on_event)
else:
    os.fchmod = stop  # a file is just being written
sys.argv[:] = ["crm-mocks", *{arguments!r}]
from crm_mocks.cli import main
main()
"""
PLAIN = ("import crm_mocks.cli.group", "import connexion", "write", "call run_on_loop", "call write_ready_file")
WITH_WORKERS = (
    "call _Watchdog.__init__",
    "call StopSignals.__enter__",
    "import trustme",
    "write",
    "call _fork",
    "call WorkerServer.start",
    "call tune_gc",
)
PHASES = [
    *((phase, ()) for phase in PLAIN),
    *((phase, ("--tls", "--workers", "2")) for phase in WITH_WORKERS),
]


@pytest.mark.parametrize(("phase", "options"), PHASES, ids=str)
def test_nothing_is_left_of_mocks_that_are_stopped_as_they_start(
    phase: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    arguments = ["serve", any_vendor(), "--port", "0", "--ready-file", "ready.json", *options]
    source = _SCRIPT.format(place=phase, arguments=arguments)
    running = Running([sys.executable, "-c", source], tmp_path, {"XDG_CACHE_HOME": str(tmp_path / "cache")})
    with running.process:
        try:
            _, err = running.process.communicate(timeout=120)
            running.assert_nothing_is_left()
        finally:
            running.process.kill()
    assert running.process.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert err == ""
    assert [each.name for each in tmp_path.rglob("*") if each.name == "ready.json" or each.suffix == ".part"] == []
