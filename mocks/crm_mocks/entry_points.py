"""The entry points of installed distributions, which are read once: each distribution has a file of them."""

from __future__ import annotations

import importlib.metadata
import sys
from functools import lru_cache


def entry_points(**criteria: str) -> importlib.metadata.EntryPoints:
    """Return the entry points that meet criteria; see `importlib.metadata.entry_points`."""
    return _on(tuple(sys.path)).select(**criteria)


@lru_cache(maxsize=1)
def _on(_path: tuple[str, ...]) -> importlib.metadata.EntryPoints:
    return importlib.metadata.entry_points()
