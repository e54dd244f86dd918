"""The entry points of installed distributions, which are read once: each distribution has a file of them."""

from __future__ import annotations

import importlib.metadata
import sys
from functools import lru_cache
from typing import Any


def entry_points(**criteria: str) -> importlib.metadata.EntryPoints:
    """Return the entry points that meet criteria; see `importlib.metadata.entry_points`."""
    found: importlib.metadata.EntryPoints = _on(tuple(sys.path)).select(**criteria)
    return found


@lru_cache(maxsize=1)
def _on(_path: tuple[str, ...]) -> Any:  # until Python 3.11 a class of its own
    return importlib.metadata.entry_points()
