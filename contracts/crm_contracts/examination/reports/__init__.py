"""Reports of examinations: for a terminal, a build server, a browser, a program, and a pull-request comment."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

from crm_contracts.examination.model import Examination

_MODULES: Final = {"json": "json_", "junit": "junit", "html": "html_", "markdown": "markdown", "terminal": "terminal"}


def render(examination: Examination, format: str) -> str:
    """Return an examination as a report.

    Args:
        examination: what to tell.
        format: `terminal`, `json`, `junit`, `html` or `markdown`.
    """
    found: Callable[[Examination], str] = import_module(f"{__name__}.{_MODULES[format]}").render
    return found(examination)
