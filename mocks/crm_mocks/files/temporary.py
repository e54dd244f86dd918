"""Temporary folders named for their process, so that the next start can remove those of a process that was killed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from crm_mocks.process_status import is_alive

_NAME: Final = re.compile(r"crm-mocks-(?P<space>[0-9]{1,18})-(?P<pid>[0-9]{1,9})-[0-9a-f]{16}")


def new_folder_path() -> Path:
    """Return the path of a new folder of this process; it does not exist yet."""
    return Path(tempfile.gettempdir(), f"crm-mocks-{_pid_space()}-{os.getpid()}-{os.urandom(8).hex()}")


def remove_abandoned() -> None:
    """Remove the folders of this user's processes that no longer run."""
    space = _pid_space()
    try:
        entries = list(os.scandir(tempfile.gettempdir()))
    except OSError:
        return
    for entry in entries:
        found = _NAME.fullmatch(entry.name)
        if found and int(found["space"]) == space and _is_own_folder(entry) and not is_alive(int(found["pid"])):
            shutil.rmtree(entry.path, ignore_errors=True)


def _pid_space() -> int:
    """Return the namespace of process ids, which differs between containers that share the folder."""
    try:
        return os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116  # no regular path
    except OSError:
        return 0


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.getuid()
    except (OSError, AttributeError):  # Windows has no user ids
        return False
