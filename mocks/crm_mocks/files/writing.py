"""Write whole files: beside the old one, which is replaced only by a complete new one."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO, Final

_NEW: Final = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
_READ_ONLY_FOLDER: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_DESCRIPTORS: Final = ("/dev/std", "/dev/fd/", "/proc/")
"""Names of open files of this process begin with these, on Linux."""

_unfinished: Final[set[Path]] = set()
"""Files beside those that they will replace."""

REMOVED: Final = "it was removed or replaced while it was written"
"""Why content is lost if `is_removed`."""

PRIVATE: Final = 0o600
"""Mode of files that only their owner may read."""


def write_file(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file; one that is there already stays as it is unless all of the new content could be written.

    The content goes to a new file with an unpredictable name in the same folder, which is then renamed. A link is
    replaced, not followed. Devices, pipes and `/dev/stdout` are written to.

    Args:
        path: path of the file; its folder must exist.
        content: the content.
        mode: mode of the file; by default that of the old file, or what the user's umask leaves.

    Raises:
        OSError: it cannot be written.
    """
    if _is_stream(path):
        _write_stream(path, content)
        return
    old = _mode_of(path)
    try:
        with _renamed_to(path, old if mode is None else mode) as file:
            file.write(content)
    except OSError as error:
        # A single file that is mounted, or the only one that may be written in its folder, cannot be replaced.
        if old is None or (error.errno not in _READ_ONLY_FOLDER and error.errno != errno.EBUSY):
            raise
        path.write_bytes(content)


def create_file(path: Path, mode: int = PRIVATE) -> FileIO:
    """Put an empty file in place of what may be there, and return it for `append`.

    Args:
        path: as for `write_file`; devices and pipes are opened as they are.
        mode: mode of the file.

    Raises:
        OSError: it cannot be created.
    """
    if _is_stream(path):
        return FileIO(path, "wb")
    with _renamed_to(path, mode) as file:
        descriptor = os.dup(file.fileno())
    return FileIO(descriptor, "ab")


def append(file: FileIO, record: bytes) -> None:
    """Append a record to a file of this process alone; after an error, no part of it is there.

    Raises:
        OSError: it cannot be written.
    """
    written = 0
    try:
        while written < len(record):
            written += file.write(record[written:] if written else record) or 0
    except OSError:
        if written:
            with suppress(OSError):  # a pipe has no length
                file.truncate(os.fstat(file.fileno()).st_size - written)
        raise


def is_removed(descriptor: int) -> bool:
    """Return whether an open file has been removed or replaced, so that what is written to it is lost."""
    found = os.fstat(descriptor)
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 0


@contextmanager
def _renamed_to(path: Path, mode: int | None) -> Iterator[IO[bytes]]:
    """Provide a new file in the same folder, which gets the path when the block ends without an error."""
    temporary = path.with_name(f".crm-mocks-{os.urandom(8).hex()}.part")
    _unfinished.add(temporary)
    try:
        descriptor = os.open(temporary, _NEW, 0o666 if mode is None else mode)
        with os.fdopen(descriptor, "ab") as file:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, mode)  # whatever the umask is
            yield file
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    finally:
        _unfinished.discard(temporary)


def remove_unfinished() -> None:
    """Remove the files that are just being written: this process ends at once."""
    for temporary in tuple(_unfinished):
        with suppress(OSError):
            temporary.unlink()


def _is_stream(path: Path) -> bool:
    """Return whether a path leads to something that cannot be replaced by a file, such as `/dev/stdout`."""
    try:
        kind = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(kind) or os.path.abspath(path).startswith(_DESCRIPTORS)  # noqa: PTH100  # keeps links


def _write_stream(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_NONBLOCK", 0)  # does not wait for the reader of a pipe
    descriptor = os.open(path, flags)
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _mode_of(path: Path) -> int | None:
    """Return the mode of a regular file; `None` if there is none."""
    try:
        found = path.lstat().st_mode
    except OSError:
        return None
    return stat.S_IMODE(found) if stat.S_ISREG(found) else None
