"""A client program that stays makes run after run in one process, and is replaced when it ends."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress

import pytest

from crm_contracts.clients.persistent import PersistentProgram
from crm_contracts.clients.programs import DeadlineReached
from crm_mocks.errors import UsageError

LOOP = """
import os, sys, time
def ready(code=""):
    print("ready", code, flush=True)
ready()
for number, line in enumerate(sys.stdin, 1):
    assert line == "run\\n"
    {what}
"""
ENVIRONMENT = dict(os.environ)


SLOW_START = """
import time
time.sleep(1)
print("ready", flush=True)
input()
raise SystemExit(7)
"""


def client(what: str, seconds: float = 60.0, word: str = "ready") -> PersistentProgram:
    """Return a client that does something for each line; `number` is that of the run, `ready()` ends it."""
    return PersistentProgram((sys.executable, "-S", "-c", LOOP.format(what=what)), seconds, word)


def test_one_process_makes_run_after_run():
    several = client("print(os.getpid()); ready()")
    first, second = (several.run(ENVIRONMENT) for _ in range(2))
    assert first.printed == second.printed != b""
    assert (first.exit.code, first.exit.stopped) == (0, False)
    several.stop()


def test_the_number_behind_the_word_is_the_exit_code():
    several = client("ready(70 + number)")
    assert [several.run(ENVIRONMENT).exit.code for _ in range(3)] == [71, 72, 73]
    several.stop()


def test_what_is_printed_in_a_run_is_kept_with_it():
    several = client("print('run', number); print('to stderr', file=sys.stderr, flush=True); ready(); print('late')")
    assert several.run(ENVIRONMENT).printed.splitlines() == [b"run 1", b"to stderr"]
    assert b"run 2\nto stderr\n" in several.run(ENVIRONMENT).printed
    several.stop()


def test_a_process_that_ends_ends_its_run_and_another_one_makes_the_next():
    several = client("print('bye') or sys.exit(3) if number == 2 else ready()")
    codes = [several.run(ENVIRONMENT).exit.code for _ in range(4)]
    assert codes == [0, 3, 0, 3]
    several.stop()


def test_a_process_that_ends_after_its_run_is_replaced_before_the_next():
    several = client("print(os.getpid()); ready(); break")
    pids = set()
    for _ in range(3):
        pids.add(several.run(ENVIRONMENT).printed)
        assert several._dialogue is not None
        several._dialogue.process.wait()
    assert len(pids - {b""}) == 3
    several.stop()


def test_a_word_that_comes_twice_does_not_end_the_next_run():
    several = client("print(number, flush=True); ready(); ready()")
    for number in (b"1\n", b"2\n", b"3\n"):
        assert several.run(ENVIRONMENT).printed == number
        assert several._dialogue is not None
        while several._dialogue._lines.empty():
            time.sleep(0.01)
    several.stop()


def test_the_end_of_a_process_is_noticed_though_a_child_holds_its_output():
    ran = client("os.fork() or time.sleep(100); print('bye', flush=True); os._exit(4)", seconds=90.0).run(ENVIRONMENT)
    assert (ran.exit.code, ran.printed) == (4, b"bye\n")
    assert ran.seconds < 60.0


def test_a_signal_that_ends_a_process_is_named():
    ran = client("os.kill(os.getpid(), 9)").run(ENVIRONMENT)
    assert ran.exit.signal == "SIGKILL"


@pytest.mark.usefixtures("patient_stop")
def test_a_run_that_does_not_end_in_time_is_stopped():
    several = client("time.sleep(60) if number == 1 else ready()", seconds=0.5)
    ran = several.run(ENVIRONMENT)
    assert (ran.exit.stopped, ran.exit.signal) == (True, "SIGTERM")
    assert ran.seconds >= 0.5


def test_a_client_that_prints_without_end_is_stopped_and_the_end_is_kept():
    ran = client("while True: print('again' * 100)", seconds=0.5).run(ENVIRONMENT)
    assert ran.exit.stopped
    assert len(ran.printed) < 200_000


def test_a_renewed_client_has_a_process_that_has_made_no_run():
    several = client("print(number); ready()")
    several.run(ENVIRONMENT)
    several.renew()
    assert several.run(ENVIRONMENT).printed == b"1\n"
    several.stop()


def test_the_word_may_be_another():
    several = PersistentProgram(
        (sys.executable, "-S", "-c", "import sys\nfor n in range(2): print('>> next?', 5, flush=True); input()"),
        60.0,
        ">> next?",
    )
    assert several.run(ENVIRONMENT).exit.code == 5
    several.stop()


@pytest.mark.parametrize(
    ("script", "seconds", "message"),
    [
        (
            "print('hello'); raise SystemExit(4)",
            60.0,
            r"ended with exit code 4: .* print a line 'ready' .*'hello'",
        ),
        (
            "import time; time.sleep(60)",
            0.5,
            r"was not ready after 0\.5 s: .* print a line 'ready'",
        ),
    ],
)
def test_a_client_that_is_never_ready_is_refused(script, seconds, message, monkeypatch):
    monkeypatch.setattr("crm_contracts.clients.persistent._START_SECONDS", 0.0)
    with pytest.raises(UsageError, match=message):
        PersistentProgram((sys.executable, "-S", "-c", script), seconds).run(ENVIRONMENT)


def test_starting_may_take_longer_than_a_run():
    several = PersistentProgram((sys.executable, "-S", "-c", SLOW_START), 0.5)
    ended = several.run(ENVIRONMENT).exit
    assert ended.code == 7 or ended.stopped  # where ending takes longer than a run may
    several.stop()


def test_a_program_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="cannot run 'no-such-program': not found"):
        PersistentProgram(("no-such-program",), 5.0).run(ENVIRONMENT)


def test_a_client_that_is_stopped_meanwhile_starts_no_further_process():
    several = client("time.sleep(60)")

    def run() -> None:
        with suppress(SystemExit):  # where it was stopped before it was ready
            several.run(ENVIRONMENT)

    runner = threading.Thread(target=run)
    runner.start()
    while several._dialogue is None:
        time.sleep(0.01)
    several.stop()
    runner.join(60)
    assert not runner.is_alive()
    with pytest.raises(SystemExit):
        several.run(ENVIRONMENT)


@pytest.mark.parametrize("script", ["print('ready', flush=True); input(); time.sleep(60)", "time.sleep(60)"])
def test_a_run_that_the_deadline_of_the_campaign_ends_has_no_result(script):
    several = PersistentProgram((sys.executable, "-S", "-c", f"import time; {script}"), 61.0)
    began = time.monotonic()
    with pytest.raises(DeadlineReached):
        several.run(ENVIRONMENT, deadline=began + 0.5)
    assert time.monotonic() - began < 30


def test_a_run_may_have_a_time_limit_of_its_own():
    assert client("time.sleep(60)", seconds=60).run(ENVIRONMENT, seconds=0.2).exit.stopped
    hasty = client("ready()", seconds=1e-9)
    assert not hasty.run(ENVIRONMENT, seconds=60).exit.stopped
    hasty.stop()
