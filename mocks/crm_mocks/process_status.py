"""Whether a process is running."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any


def is_alive(pid: int) -> bool:
    """Return whether a process is running; zombies are not."""
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it belongs to another user
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text("latin-1").rpartition(")")[2].split()[0]
    except (OSError, IndexError):  # not Linux, or it has just exited
        return True
    return state not in ("Z", "X")


def _is_alive_on_windows(pid: int) -> bool:  # pragma: no cover
    import ctypes

    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009  # unknown to type checkers on other platforms
    synchronize, timed_out = 0x00100000, 0x102
    handle = kernel.OpenProcess(synchronize, 0, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timed_out)
    finally:
        kernel.CloseHandle(handle)
