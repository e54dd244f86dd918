"""A client program that stays: one process for many runs, driven by lines."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from crm_contracts.run import process
from crm_contracts.trial.client import KEPT_BYTES, Ran
from crm_mocks.errors import UsageError

READY: Final = "ready"
"""What a client prints when it awaits a run, unless the user has another word."""

GO: Final = b"run\n"
"""What it is told then."""

_LONGEST_LINE: Final = 65_536
_MOST_LINES: Final = 10_000
_GRACE_SECONDS: Final = 2.0
_SLICE_SECONDS: Final = 0.25
"""How long it may go unnoticed that a process has ended whose output something that it has started still holds."""


class PersistentClient:
    """Has one process of the client program make run after run; a new one takes the place of one that has ended."""

    def __init__(self, command: Sequence[str], seconds: float, word: str = READY) -> None:
        """Take note of the program.

        Args:
            command: program and arguments.
            seconds: time limit of a run, and for the program to be ready.
            word: what it prints when it is ready, alone on a line or with an exit code behind.
        """
        self._command = command
        self._seconds = seconds
        self._word = word
        self._line = re.compile(rb"%s(?: +([0-9]{1,3}))?\s*" % re.escape(word.encode()))
        self._lock = threading.Lock()
        self._over = False
        self._talk: _Talk | None = None

    def run(self, environment: Mapping[str, str]) -> Ran:
        """Have the program make a run.

        Args:
            environment: all of its variables, the same each time.

        Raises:
            UsageError: it cannot be run, or does not become ready.
        """
        talk = self._ready(environment)
        began = time.monotonic()
        talk.say(GO)
        code = talk.listen(self._line, began + self._seconds)
        seconds = time.monotonic() - began
        if code is not None:
            return Ran(process.ExitStatus(code), seconds, talk.heard())
        stopped = talk.process.poll() is None and not talk.silent
        ended = self._end(talk, stopped=stopped)
        return Ran(ended, seconds, talk.heard())

    def renew(self) -> None:
        """Have the next run made by a process that has made none before."""
        if self._talk is not None:
            self._end(self._talk, stopped=True)

    def stop(self) -> None:
        """Stop it; no further process is started."""
        with self._lock:
            self._over = True
            talk = self._talk
        if talk is not None:
            process.stop(talk.process)
            talk.close()

    def _ready(self, environment: Mapping[str, str]) -> _Talk:
        if self._talk is not None and self._talk.process.poll() is not None:
            self._end(self._talk, stopped=False)  # it has ended after its last run, as some do now and then
        if self._talk is None:
            with self._lock:
                if self._over:
                    raise SystemExit
                talk = self._talk = _Talk(self._command, environment)
            if talk.listen(self._line, time.monotonic() + self._seconds) is None:
                self._refuse(talk)
        self._talk.skip()  # what it has printed since its last run belongs to none
        return self._talk

    def _refuse(self, talk: _Talk) -> None:
        printed = talk.heard().decode("utf-8", "replace").splitlines()
        ended = self._end(talk, stopped=not talk.silent)
        if self._over:
            raise SystemExit
        how = f"was not ready after {self._seconds:g} s" if ended.stopped else f"ended with exit code {ended.code}"
        last = f"; the last that it printed is '{printed[-1]}'" if printed else ""
        raise UsageError(
            f"{self._command[0]} {how}: with --persistent it prints a line '{self._word}' when it awaits a run{last}"
        )

    def _end(self, talk: _Talk, *, stopped: bool) -> process.ExitStatus:
        self._talk = None
        if stopped:
            process.stop(talk.process)
        else:
            try:
                talk.process.wait(_GRACE_SECONDS)  # it has closed its output, and is about to end
            except subprocess.TimeoutExpired:
                process.stop(talk.process)
        process.end_rest(talk.process)
        talk.close()
        return process.ended(talk.process, stopped=stopped)


class _Talk:
    """A process, its lines, and what it is told.

    Attributes:
        process: the process.
        silent: it will print nothing more.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        reading, writing = os.pipe()
        try:
            self.process = process.start(
                command, environment, stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.STDOUT
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        self.silent = False
        self._heard: list[bytes] = []
        self._size = 0
        self._lines: queue.Queue[bytes | None] = queue.Queue(_MOST_LINES)  # who prints without end has to wait
        self._gone = threading.Event()
        threading.Thread(target=self._read, args=(reading,), daemon=True).start()

    def _read(self, reading: int) -> None:
        with os.fdopen(reading, "rb") as pipe:
            while line := pipe.readline(_LONGEST_LINE):
                if not self._hand(line):
                    return
        self._hand(None)

    def _hand(self, line: bytes | None) -> bool:
        while not self._gone.is_set():
            with suppress(queue.Full):
                self._lines.put(line, timeout=0.2)
                return True
        return False

    def say(self, line: bytes) -> None:
        """Tell it a line; one that has ended does not hear it."""
        assert self.process.stdin is not None  # it is a pipe
        with suppress(OSError, ValueError):
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def listen(self, awaited: re.Pattern[bytes], until: float) -> int | None:
        """Listen for a line; return the number in it, 0 without one, or `None` if it does not come in time.

        Args:
            awaited: the whole line.
            until: moment of `time.monotonic`.
        """
        while not self.silent and (left := until - time.monotonic()) > 0:
            has_ended = self.process.poll() is not None
            try:
                line = self._lines.get(timeout=min(left, _SLICE_SECONDS))
            except queue.Empty:
                if not has_ended:
                    continue
                line = None
            if line is None:
                self.silent = True
                return None
            found = awaited.fullmatch(line)
            if found:
                return int(found[1] or 0)
            self._heard.append(line)
            self._size += len(line)
            while self._size > KEPT_BYTES and len(self._heard) > 1:
                self._size -= len(self._heard.pop(0))
        return None

    def skip(self) -> None:
        """Forget what has been printed by now, lines that say it is ready as well."""
        with suppress(queue.Empty):
            for _ in range(_MOST_LINES):
                self.silent = self._lines.get_nowait() is None
        self.heard()

    def heard(self) -> bytes:
        """Return what was printed beside the lines listened for, and forget it."""
        heard, self._heard, self._size = b"".join(self._heard), [], 0
        return heard

    def close(self) -> None:
        """Listen no more."""
        self._gone.set()
        assert self.process.stdin is not None  # it is a pipe
        with suppress(OSError):  # there may be something left in it that nobody will read
            self.process.stdin.close()
