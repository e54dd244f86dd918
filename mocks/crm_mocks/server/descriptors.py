"""The number of files and sockets that this process may open."""

from __future__ import annotations

import os
from typing import Final

_MAX_OPEN_FILES: Final = 65_536
_LOOP_FILES: Final = 16
"""More than an event loop opens as it starts."""


def raise_open_file_limit() -> None:
    """Raise the limit of open files as far as permitted, since each session may have a dedicated port."""
    try:
        import resource
    except ImportError:  # pragma: no cover  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = _MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_OPEN_FILES)
    if soft not in (resource.RLIM_INFINITY, limit) and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def open_file_limit() -> int:
    """Return the number of files and sockets that this process may open."""
    try:
        import resource
    except ImportError:  # pragma: no cover  # Windows has no such limit
        return _MAX_OPEN_FILES
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MAX_OPEN_FILES if soft == resource.RLIM_INFINITY else soft


def check_files_for_loop() -> None:
    """Check that an event loop can be started: without the files that it needs, uvloop aborts the process.

    Raises:
        OSError: there are too few.
    """
    opened: list[int] = []
    try:
        while len(opened) < _LOOP_FILES:
            opened += os.pipe()
    finally:
        for file in opened:
            os.close(file)
