"""Write report files."""

from __future__ import annotations

from pathlib import Path

from crm_mocks.errors import UsageError


def write(path: Path, text: str, label: str) -> None:
    """Write a file.

    Args:
        path: the file; its folder must exist.
        text: the content.
        label: what is written, for the error message, such as `the --json report`.

    Raises:
        UsageError: the file cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise UsageError(f"cannot write {label} to {path}: {error.strerror or error}") from None
