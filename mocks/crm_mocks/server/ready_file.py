"""The ready file, from which other processes learn the URLs of the mocks once they are ready."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from crm_mocks.errors import UsageError
from crm_mocks.files.reading import read_bytes
from crm_mocks.files.writing import PRIVATE, write_file


def remove_ready_file(path: Path) -> None:
    """Remove the ready file of an earlier run, which would send clients to a server that has stopped.

    Raises:
        UsageError: it cannot be removed, or is not a regular file but a device or link, for example.
    """
    try:
        if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
            raise UsageError(f"cannot write the ready file {path}: it is not a regular file")
        path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write the ready file {path}: {error.strerror}") from None


def withdraw_ready_file(path: Path) -> None:
    """Remove the ready file of this process as it stops, unless another process has replaced it."""
    with suppress(OSError, orjson.JSONDecodeError, KeyError, TypeError):
        if orjson.loads(read_bytes(path, regular=True))["pid"] == os.getpid():
            path.unlink()


def write_ready_file(path: Path, described: Mapping[str, Any]) -> None:
    """Write the ready file atomically, readable by its owner only because it may contain an admin token.

    Args:
        path: path of the file.
        described: content; the process id is added.

    Raises:
        UsageError: it cannot be written.
    """
    content = orjson.dumps({**described, "pid": os.getpid()}, option=orjson.OPT_INDENT_2)
    try:
        write_file(path, content + b"\n", PRIVATE)
    except OSError as error:
        raise UsageError(f"cannot write the ready file {path}: {error.strerror}") from None
