"""What fuzzing came to: for a terminal, a build server, a browser, a program, and a pull-request comment."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

from crm_contracts.clients.fuzz.model import FuzzOutcome

_MODULES: Final = {"json": "json_", "junit": "junit", "html": "html_", "markdown": "markdown", "terminal": "terminal"}


def render(fuzz: FuzzOutcome, format: str) -> str:
    """Return the report.

    Args:
        fuzz: what to tell.
        format: `terminal`, `json`, `junit`, `html` or `markdown`.
    """
    found: Callable[[FuzzOutcome], str] = import_module(f"{__name__}.{_MODULES[format]}").render
    return found(fuzz)
