"""The ready-file: tells other processes where the mocks are, once they answer."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from crm_mocks.errors import UsageError


def remove_ready_file(path: Path) -> None:
    """Remove the ready-file of an earlier run, which would send clients to a server that is gone.

    Raises:
        UsageError: it cannot be removed, or is something else than a file: a device, say, or a link.
    """
    try:
        if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
            raise UsageError(f"cannot write the ready-file {path}: something is there that is no ordinary file")
        path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write the ready-file {path}: {error.strerror}") from None


def write_ready_file(path: Path, described: Mapping[str, Any]) -> None:
    """Write the ready-file in one step, for its owner's eyes only: it may hold an admin token.

    Args:
        path: of the file.
        described: what clients need to know; the process id is added.

    Raises:
        UsageError: it cannot be written.
    """
    content = orjson.dumps({**described, "pid": os.getpid()}, option=orjson.OPT_INDENT_2)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content + b"\n")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise UsageError(f"cannot write the ready-file {path}: {error.strerror}") from None
