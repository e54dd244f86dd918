"""The number of files and sockets that this process may open."""

from __future__ import annotations

from typing import Final

_MAX_OPEN_FILES: Final = 65_536


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
