"""Reports: a verdict for a terminal, a build server, a browser, a program, and a pull-request comment."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

from crm_contracts.verdict.model import Verdict

FORMATS: Final = {
    "json": "application/json",
    "junit": "application/xml",
    "html": "text/html; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
}
"""The formats of reports for files, each with its media type."""

_MODULES: Final = {"json": "json_", "junit": "junit", "html": "html_", "markdown": "markdown", "terminal": "terminal"}


def render(verdict: Verdict, format: str) -> str:
    """Return a verdict as a report.

    Args:
        verdict: what to tell.
        format: one of `FORMATS`, or `terminal`.
    """
    found: Callable[[Verdict], str] = import_module(f"{__name__}.{_MODULES[format]}").render
    return found(verdict)
