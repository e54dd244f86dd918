"""Files that a command has been asked to write: if it is stopped before, one line says what became of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_expected: Final[dict[Path, None]] = {}


def expect_none() -> None:
    """Begin another command."""
    _expected.clear()


def expect_file(path: Path) -> None:
    """Remember that the command is to write a file, such as a report."""
    _expected[path] = None


def file_is_written(path: Path) -> None:
    """Remember that a file is complete."""
    _expected.pop(path, None)


def missing_files() -> str:
    """Return a message about the files that are not written; empty if all are."""
    paths = tuple(_expected)  # the thread that ends the process asks while the command still goes on
    states = [f"{path} {'stays as it was' if _exists(path) else 'was not written'}" for path in paths]
    return f"stopped before the report was complete: {', '.join(states)}" if states else ""


def _exists(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110  # `Path.exists` raises errors, such as for want of rights
