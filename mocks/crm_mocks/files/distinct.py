"""Checks that the files which a run writes differ from one another and from those that it reads."""

from __future__ import annotations

import os
from collections.abc import Iterable

from crm_mocks.errors import UsageError

NamedFile = tuple[str, str]
"""The option or argument that names a file, as messages show it, and the path."""


def require_distinct(
    read: Iterable[NamedFile], written: Iterable[NamedFile], updated: Iterable[tuple[str, str]] = ()
) -> None:
    """Check that no file which is written is named twice: one content would replace the other.

    Args:
        read: files that are read.
        written: files that are written.
        updated: pairs of names that may stand for one file, which is read and then replaced.

    Raises:
        UsageError: a file is named twice.
    """
    allowed = set(updated)
    named: dict[str, str] = {}
    for name, path in read:
        named.setdefault(os.path.realpath(path), name)
    for name, path in written:
        real = os.path.realpath(path)
        other = named.setdefault(real, name)
        if other != name and (other, name) not in allowed and _is_file(real):
            raise UsageError(f"{other} and {name} name the same file: {path}")


def _is_file(real: str) -> bool:
    """Return whether a path is that of a regular file, or may become one."""
    return os.path.isfile(real) or not os.path.exists(real)  # noqa: PTH110, PTH113  # `Path` raises errors
