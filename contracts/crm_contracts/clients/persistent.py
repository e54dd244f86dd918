"""A client program that stays: one process makes run after run, driven by lines on its stdin."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from crm_contracts.clients import process
from crm_contracts.clients.programs import KEPT_BYTES, DeadlineReached, ProcessResult, TimeLimit
from crm_mocks.countdown import Countdown
from crm_mocks.errors import UsageError

READY: Final = "ready"
"""Default line by which a program reports that it waits for a run."""

GO: Final = b"run\n"
"""Line that starts a run."""

_LONGEST_LINE: Final = 65_536
_MOST_LINES: Final = 10_000
_START_SECONDS: Final = 10.0
"""Least time that a process gets to become ready: starting takes longer than a run."""

_GRACE_SECONDS: Final = 2.0
_POLL_SECONDS: Final = 0.25
"""Interval at which the end of a process is noticed while a child of it still holds its output."""


class PersistentProgram:
    """A client program whose process makes run after run; a process that ends is replaced."""

    def __init__(self, command: Sequence[str], seconds: float, ready_line: str = READY) -> None:
        """Prepare a program.

        Args:
            command: program and arguments.
            seconds: time limit of a run, and for the program to become ready.
            ready_line: what it prints when it is ready, alone on a line or followed by an exit code.
        """
        self._command = command
        self._seconds = seconds
        self._ready_line = ready_line
        self._ready_pattern = re.compile(rb"%s(?: +([0-9]{1,3}))?\s*" % re.escape(ready_line.encode()))
        self._lock = threading.Lock()
        self._stopped = False
        self._dialogue: _Dialogue | None = None

    def run(
        self, environment: Mapping[str, str], *, seconds: float | None = None, deadline: float | None = None
    ) -> ProcessResult:
        """Make one run.

        Args:
            environment: the complete environment, the same for each run.
            seconds: another time limit for this run.
            deadline: monotonic time at which the run is stopped in any case.

        Raises:
            UsageError: the program cannot be run, or does not become ready.
            DeadlineReached: the deadline is over before the run ended.
        """
        limit = TimeLimit(seconds or self._seconds, deadline)
        limit.check()
        dialogue = self._ready(environment, limit)
        began = time.monotonic()
        dialogue.send(GO)
        code = dialogue.wait_for(self._ready_pattern, began + limit.seconds_left)
        ran_for = time.monotonic() - began
        if code is not None:
            return ProcessResult(process.ExitStatus(code), ran_for, dialogue.take_output())
        timed_out = dialogue.process.poll() is None and not dialogue.closed
        cut_short = timed_out and limit.deadline_is_over
        status = self._end(dialogue, timed_out=timed_out)
        if cut_short:
            raise DeadlineReached
        return ProcessResult(status, ran_for, dialogue.take_output())

    def renew(self) -> None:
        """Use a new process for the next run."""
        if self._dialogue is not None:
            self._end(self._dialogue, timed_out=True)

    def stop(self) -> None:
        """Stop the process, and start no further one."""
        with self._lock:
            self._stopped = True
            dialogue = self._dialogue
        if dialogue is not None:
            process.stop(dialogue.process, process.STOP_SECONDS)
            dialogue.close()

    def _ready(self, environment: Mapping[str, str], limit: TimeLimit) -> _Dialogue:
        if self._dialogue is not None and self._dialogue.process.poll() is not None:
            self._end(self._dialogue, timed_out=False)  # it ended after its last run, as some programs do now and then
        if self._dialogue is None:
            with self._lock:
                if self._stopped:
                    raise SystemExit
                dialogue = self._dialogue = _Dialogue(self._command, environment)
            start = replace(limit, seconds=max(limit.seconds, _START_SECONDS))
            if dialogue.wait_for(self._ready_pattern, time.monotonic() + start.seconds_left) is None:
                self._fail(dialogue, start)
        self._dialogue.discard()  # what it printed between two runs belongs to neither
        return self._dialogue

    def _fail(self, dialogue: _Dialogue, limit: TimeLimit) -> None:
        printed = dialogue.take_output().decode("utf-8", "replace").splitlines()
        status = self._end(dialogue, timed_out=not dialogue.closed)
        if status.stopped:
            limit.check()
        if self._stopped:
            raise SystemExit
        how = f"was not ready after {limit.seconds:g} s" if status.stopped else f"ended with exit code {status.code}"
        last = f"; its last line is '{printed[-1]}'" if printed else ""
        raise UsageError(
            f"{self._command[0]} {how}: with --persistent it must print a line '{self._ready_line}' when it waits for "
            f"a run{last}"
        )

    def _end(self, dialogue: _Dialogue, *, timed_out: bool) -> process.ExitStatus:
        self._dialogue = None
        if timed_out:
            process.stop(dialogue.process)
        else:
            try:
                process.wait(dialogue.process, _GRACE_SECONDS)  # it closed its output and is about to end
            except subprocess.TimeoutExpired:
                process.stop(dialogue.process)
        process.kill_group(dialogue.process)
        dialogue.close()
        return process.exit_status(dialogue.process, stopped=timed_out)


class _Dialogue:
    """A process, the lines it prints and the lines it is sent.

    Attributes:
        process: the process.
        closed: it has closed its output.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        read_end, write_end = os.pipe()
        try:
            self.process = process.start(
                command, environment, stdin=subprocess.PIPE, stdout=write_end, stderr=subprocess.STDOUT
            )
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        self.closed = False
        self._output: list[bytes] = []
        self._size = 0
        self._lines: queue.Queue[bytes | None] = queue.Queue(_MOST_LINES)  # blocks a program that prints without end
        self._abandoned = threading.Event()
        threading.Thread(target=self._read, args=(read_end,), daemon=True).start()

    def _read(self, read_end: int) -> None:
        with os.fdopen(read_end, "rb") as pipe:
            while line := pipe.readline(_LONGEST_LINE):
                if not self._enqueue(line):
                    return
        self._enqueue(None)

    def _enqueue(self, line: bytes | None) -> bool:
        while not self._abandoned.is_set():
            with suppress(queue.Full):
                self._lines.put(line, timeout=0.2)
                return True
        return False

    def send(self, line: bytes) -> None:
        """Send a line; ignore a process that has ended."""
        assert self.process.stdin is not None  # it is a pipe
        with suppress(OSError, ValueError):
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def wait_for(self, pattern: re.Pattern[bytes], until: float) -> int | None:
        """Wait for a line; return the number in it, 0 without one, or `None` if the line does not come in time.

        Args:
            pattern: matches the whole line.
            until: monotonic time.
        """
        countdown = Countdown(until - time.monotonic())
        while not self.closed and (left := countdown.left()) > 0:
            has_ended = self.process.poll() is not None
            try:
                line = self._lines.get(timeout=min(left, _POLL_SECONDS))
            except queue.Empty:
                if not has_ended:
                    continue
                line = None
            if line is None:
                self.closed = True
                return None
            match = pattern.fullmatch(line)
            if match:
                return int(match[1] or 0)
            self._output.append(line)
            self._size += len(line)
            while self._size > KEPT_BYTES and len(self._output) > 1:
                self._size -= len(self._output.pop(0))
        return None

    def discard(self) -> None:
        """Discard all output so far, including ready lines."""
        with suppress(queue.Empty):
            for _ in range(_MOST_LINES):
                self.closed = self._lines.get_nowait() is None
        self.take_output()

    def take_output(self) -> bytes:
        """Return the output other than ready lines, and forget it."""
        output, self._output, self._size = b"".join(self._output), [], 0
        return output

    def close(self) -> None:
        """Stop reading, and close the process's stdin."""
        self._abandoned.set()
        assert self.process.stdin is not None  # it is a pipe
        with suppress(OSError):  # unsent data that nobody will read
            self.process.stdin.close()
