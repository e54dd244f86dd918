"""Parsed documents in the user's cache folder, by digest of what they were made from: reading them takes milliseconds.

An entry is JSON after its own digest, so a damaged one is not used. Entries are written beside and moved, so several
processes may write at once. Where the folder cannot be written, or with `CRM_MOCKS_CACHE=off`, nothing is cached.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson

from crm_mocks.files.reading import read_bytes
from crm_mocks.files.writing import PRIVATE, write_file

_VERSION: Final = b"2"
"""Changes whenever the parser's results change."""

SWITCH: Final = "CRM_MOCKS_CACHE"
"""Environment variable that turns the cache off."""

_MAX_ENTRIES: Final = 200
MIN_BYTES: Final = 32 * 1024
"""Smaller files are parsed faster than they are found."""


def folder() -> Path | None:
    """Return the folder of the cache; `None` if the user has no home, or has turned the cache off."""
    if os.environ.get(SWITCH, "").strip().lower() == "off":
        return None
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA", "")
    else:
        root = os.environ.get("XDG_CACHE_HOME", "")
    try:
        base = Path(root) if root else Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    except RuntimeError:
        return None
    return base / "crm-mocks" / "contracts"


def cached(key: bytes) -> Any:
    """Return what was stored under a key; `None` if there is nothing, or something damaged.

    Args:
        key: what the entry was made from, such as the bytes of a file.
    """
    path = _path(key)
    try:
        entry = read_bytes(path, regular=True) if path is not None else b""
        digest, _, content = entry.partition(b"\n")
        if sha256(content).hexdigest().encode() != digest:
            return None
        return orjson.loads(content)
    except (OSError, ValueError):
        return None


def store(key: bytes, value: Any) -> None:
    """Keep a JSON value under a key; do nothing if that is not possible, or if it would not come back the same."""
    path = _path(key)
    if path is None:
        return
    with suppress(OSError, TypeError, ValueError):  # TypeError: an integer that JSON libraries refuse
        content = orjson.dumps(value)
        if orjson.loads(content) != value:  # infinity becomes null
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_file(path, sha256(content).hexdigest().encode() + b"\n" + content, PRIVATE)
        _drop_oldest(path.parent)


def _path(key: bytes) -> Path | None:
    base = folder()
    return None if base is None else base / f"{sha256(_VERSION + key).hexdigest()}.json"


def _drop_oldest(base: Path) -> None:
    entries = sorted(base.iterdir(), key=lambda entry: entry.stat().st_mtime)
    for entry in entries[:-_MAX_ENTRIES]:
        entry.unlink(missing_ok=True)
