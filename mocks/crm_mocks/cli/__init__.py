"""The command line. Commands import slow modules when they run, so that `--help` is fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm_mocks.cli.group import main

__all__ = ["main"]


def __getattr__(name: str) -> Any:
    """Import the command group when it is asked for: other packages use modules that need no command line."""
    if name != "main":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from crm_mocks.cli import group

    return group.main
