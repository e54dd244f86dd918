"""The programs of the extra `delivery`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest


def program(name: str) -> str:
    """Return the path of a program beside this Python or on PATH; skip the test if there is none."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"no {name}: it comes with crm-mocks[delivery]")
    return found
