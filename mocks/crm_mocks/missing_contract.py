"""Messages about a contract that is not where a user says it is."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

from crm_mocks.nearest_name import did_you_mean

_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_SUFFIXES: Final = (".yaml", ".yml", ".json")
_MOST_FILES: Final = 1000
"""Files of a folder that are compared with a name."""


def missing_contract(written: str, path: Path) -> str:
    """Return what is wrong with the path of a contract, and what to do about it.

    Args:
        written: the path as the user wrote it.
        path: the path.
    """
    if _URL.fullmatch(written):
        return f"{written} is an address, and a contract is a file: download it, and give the path of the file"
    if path.is_dir():
        return f"{written} is a folder, and a contract is a file: --vendor-dir takes a folder with vendors"
    return f"no such contract: {written}{_similar(path)}"


def path_hint(name: str) -> str:
    """Return ` (did you mean './x.yaml'?)` if a contract beside the user has the name that is unknown as a vendor's.

    Args:
        name: name of a vendor that there is not.
    """
    for suffix in _SUFFIXES:
        if name and Path(f"{name}{suffix}").is_file():
            return f" (did you mean './{name}{suffix}'?)"
    return f" (did you mean --vendor-dir '{name}'?)" if name and Path(name).is_dir() else ""


def _similar(path: Path) -> str:
    """Return ` (did you mean 'x.yaml'?)` if the folder of a path has a contract with a similar name."""
    with suppress(OSError, ValueError), os.scandir(path.parent) as entries:
        names = [entry.name for entry in islice(entries, _MOST_FILES)]
        return did_you_mean(path.name, sorted(name for name in names if name.endswith(_SUFFIXES)))
    return ""
