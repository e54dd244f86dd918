"""Job control: give a command's process group the terminal, and suspend and resume with it as a shell expects."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Final

_RESUME_POLLS: Final = 20
"""Polls for SIGCONT after suspending this process group: without a shell, the signal to suspend has no effect."""
_RESUME_POLL_SECONDS: Final = 0.05


class Terminal:
    """Context manager that lends the terminal of this process, if any, to a command's process group."""

    def __init__(self, group: int) -> None:
        """Prepare for a process group.

        Args:
            group: process group of the command.
        """
        self._group = group
        self._has_terminal = os.name == "posix" and os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
        self._resumed = True

    def __enter__(self) -> Terminal:
        if self._has_terminal:
            # otherwise taking the terminal back would suspend this process
            self._before = [(signal.SIGTTOU, signal.signal(signal.SIGTTOU, signal.SIG_IGN))]
            self._before.append((signal.SIGCONT, signal.signal(signal.SIGCONT, self._resume)))
            self._lend()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._has_terminal:
            self._reclaim()
            for number, handler in reversed(self._before):
                signal.signal(number, handler)

    def _reclaim(self) -> None:
        with suppress(OSError):
            foreground = os.tcgetpgrp(0)
            if foreground == self._group or not _exists(foreground):  # in the background it belongs to the shell
                os.tcsetpgrp(0, os.getpgrp())

    def suspended_seconds(self, pid: int) -> float:
        """Suspend this process group together with a command suspended from the terminal, until the shell resumes it.

        Args:
            pid: process id of the command.

        Returns:
            Seconds that the command was suspended; 0 if it is running.
        """
        if not self._has_terminal or os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG) is None:
            return 0.0
        began = time.monotonic()
        self._resumed = False
        os.killpg(os.getpgrp(), signal.SIGTSTP)  # the shell waits for this group, not for the command's
        for _ in range(_RESUME_POLLS):
            if self._resumed:
                break
            time.sleep(_RESUME_POLL_SECONDS)
        else:
            self._resume(signal.SIGCONT, None)
        return time.monotonic() - began

    def _resume(self, _number: int, _frame: FrameType | None) -> None:
        """Resume the command, in the foreground or the background like this process."""
        self._resumed = True
        self._lend()

    def _lend(self) -> None:
        with suppress(OSError):  # the command has ended already
            if os.tcgetpgrp(0) == os.getpgrp():
                os.tcsetpgrp(0, self._group)
            os.killpg(self._group, signal.SIGCONT)  # it may have been suspended for reading too early


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except PermissionError:
        return True
    except ProcessLookupError:
        return False
    return True
