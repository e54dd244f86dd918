"""Ending with another process: a server started on behalf of a test run must not outlive it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any, Final

_SECONDS: Final = 0.5


async def gone(pid: int) -> None:
    """Return once a process is no more.

    It need not be this one's parent, so that the operating system tells nobody: it is looked after, twice a second.
    """
    while is_alive(pid):  # noqa: ASYNC110  # there is no event to wait for
        await asyncio.sleep(_SECONDS)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended, and that only its parent has not noticed, does not."""
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()[0]
    except (OSError, IndexError):  # no Linux, or gone meanwhile
        return True
    return state not in ("Z", "X")


def _is_alive_on_windows(pid: int) -> bool:  # pragma: no cover
    import ctypes

    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009  # type checkers elsewhere do not know it
    synchronize, timed_out = 0x00100000, 0x102
    handle = kernel.OpenProcess(synchronize, 0, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timed_out)
    finally:
        kernel.CloseHandle(handle)
