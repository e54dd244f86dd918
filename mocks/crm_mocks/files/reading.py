"""Read whole files that users or their documents name: with a limit of size, and without waiting forever."""

from __future__ import annotations

import errno
import os
import select
import stat
import time
from io import BufferedReader
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 64 * 1024**2
_CHUNK_BYTES: Final = 1024**2
_WRITER_SECONDS: Final = 2.0
"""Time within which the other side of a pipe must have begun to write."""

_SILENT_SECONDS: Final = 30.0
"""Longest pause of what writes to a pipe, terminal or device."""

_POLL_SECONDS: Final = 0.01
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def read_bytes(path: Path, max_bytes: int = MAX_BYTES, *, regular: bool = False) -> bytes:
    """Read a whole file.

    Pipes such as `<(command)` and `/dev/stdin` can be read too. One that nobody writes to is an error, as is a device
    without end.

    Args:
        path: path of the file.
        max_bytes: size limit.
        regular: accept nothing but a regular file, such as where a document names the file, not the user.

    Raises:
        OSError: the file cannot be read; `strerror` says why.

    Example:
        >>> read_bytes(Path("/dev/zero"))
        Traceback (most recent call last):
        OSError: [Errno 27] it has more than 64 MiB: '/dev/zero'
    """
    try:
        descriptor = os.open(path, _FLAGS)
    except ValueError as error:  # a null character
        raise OSError(errno.EINVAL, str(error), str(path)) from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        is_regular = stat.S_ISREG(status.st_mode)
        if regular and not is_regular:
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        content = _read_regular(file, status.st_size, max_bytes) if is_regular else None
        if content is None:  # some regular files of the system have nothing to give yet, as a pipe has
            content = _read_stream(descriptor, path, max_bytes)
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, f"it has more than {max_bytes // 1024**2} MiB", str(path))
    return content


def real_path(path: Path) -> Path:
    """Return a path with its links followed, as far as they do not form a loop: `Path.resolve` would raise an error."""
    return Path(os.path.realpath(path))


def require_regular(path: Path) -> None:
    """Check that a file which a library opens by its name has an end.

    Raises:
        OSError: there is no regular file.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def _read_regular(file: BufferedReader, size: int, max_bytes: int) -> bytes | None:
    """Read a file until its end or just beyond the limit, with no more memory than it needs; `None` as `read` returns.

    Files of the system do not say their size, and others may grow.
    """
    expected = min(max(size + 1, _CHUNK_BYTES), max_bytes + 1)
    content = file.read(expected)
    if content is None or len(content) < expected:
        return content
    return content + (file.read(max_bytes + 1 - expected) or b"")


def _read_stream(descriptor: int, path: Path, max_bytes: int) -> bytes:
    """Read a pipe or device until its end or just beyond the limit.

    Raises:
        OSError: nothing is written to it for too long.
    """
    content = bytearray()
    is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    has_writer = not is_pipe
    until = time.monotonic() + (_WRITER_SECONDS if is_pipe else _SILENT_SECONDS)
    while len(content) <= max_bytes:
        try:
            chunk = os.read(descriptor, _CHUNK_BYTES)
        except BlockingIOError:
            if not has_writer:
                has_writer, until = True, time.monotonic() + _SILENT_SECONDS
            if not _is_readable(descriptor, until - time.monotonic()):
                raise OSError(errno.ETIMEDOUT, "nothing is written to it", str(path)) from None
            continue
        if chunk:
            content += chunk
            has_writer, until = True, time.monotonic() + _SILENT_SECONDS
        elif has_writer:
            break
        elif time.monotonic() > until:
            raise OSError(errno.ETIMEDOUT, "nothing is written to it", str(path))
        else:
            time.sleep(_POLL_SECONDS)
    return bytes(content)


def _is_readable(descriptor: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(max(seconds, 0.0) * 1000))
