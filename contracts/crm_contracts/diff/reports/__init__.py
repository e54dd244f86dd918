"""Reports of a comparison: for a terminal, a build server, a browser, a program, and a pull-request comment."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

from crm_contracts.diff.model import Diff

_MODULES: Final = {"json": "json_", "junit": "junit", "html": "html_", "markdown": "markdown", "terminal": "terminal"}


def render(diff: Diff, format: str) -> str:
    """Return a comparison as a report.

    Args:
        diff: what to tell.
        format: `terminal`, `json`, `junit`, `html` or `markdown`.
    """
    found: Callable[[Diff], str] = import_module(f"{__name__}.{_MODULES[format]}").render
    return found(diff)
