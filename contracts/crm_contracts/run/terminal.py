"""Job control: a command in a group of its own has the terminal, and stops and goes on with us as in a shell."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Final

_WAKING: Final = 20
"""How often it is looked whether we go on after we have stopped ourselves: nobody stops a group without a shell."""
_WAKING_SECONDS: Final = 0.05


class Terminal:
    """Lends our terminal, if we have one, to the process group of a command, as a context manager."""

    def __init__(self, group: int) -> None:
        """Take note of the group.

        Args:
            group: of the command's processes.
        """
        self._group = group
        self._ours = os.name == "posix" and os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
        self._awake = True

    def __enter__(self) -> Terminal:
        if self._ours:
            # without this we would be stopped when we take the terminal back
            self._before = [(signal.SIGTTOU, signal.signal(signal.SIGTTOU, signal.SIG_IGN))]
            self._before.append((signal.SIGCONT, signal.signal(signal.SIGCONT, self._go_on)))
            self._lend()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ours:
            self._take_back()
            for number, handler in reversed(self._before):
                signal.signal(number, handler)

    def _take_back(self) -> None:
        with suppress(OSError):
            foreground = os.tcgetpgrp(0)
            if foreground == self._group or not _exists(foreground):  # it is the shell's if we are in the background
                os.tcsetpgrp(0, os.getpgrp())

    def pause(self, pid: int) -> float:
        """Stop with a command that was stopped at the terminal, until the shell has us go on.

        Args:
            pid: of the command.

        Returns:
            For how many seconds it was stopped; 0 if it is not.
        """
        if not self._ours or os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG) is None:
            return 0.0
        began = time.monotonic()
        self._awake = False
        os.killpg(os.getpgrp(), signal.SIGTSTP)  # the shell sees our group, not that of the command
        for _ in range(_WAKING):
            if self._awake:
                break
            time.sleep(_WAKING_SECONDS)
        else:
            self._go_on(signal.SIGCONT, None)
        return time.monotonic() - began

    def _go_on(self, _number: int, _frame: FrameType | None) -> None:
        """Have the command go on as we do, in the foreground or in the background."""
        self._awake = True
        self._lend()

    def _lend(self) -> None:
        with suppress(OSError):  # the command has ended already
            if os.tcgetpgrp(0) == os.getpgrp():
                os.tcsetpgrp(0, self._group)
            os.killpg(self._group, signal.SIGCONT)  # it may have been stopped for reading too early


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except PermissionError:
        return True
    except ProcessLookupError:
        return False
    return True
