"""Imports connexion without what it does not need."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_HTTPX_COMMAND: Final = "httpx._main"


@contextmanager
def lean_import() -> Iterator[None]:
    """Import connexion in this context.

    It imports Starlette's test client, which warns about the httpx version, though users cannot act on that; and httpx
    imports its own command if it can, which needs rich and Pygments: 3 MB of memory that serving has no use for.
    """
    is_new = _HTTPX_COMMAND not in sys.modules
    if is_new:
        sys.modules[_HTTPX_COMMAND] = None  # type: ignore[assignment]  # the documented way to let an import fail
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if is_new:
            del sys.modules[_HTTPX_COMMAND]
