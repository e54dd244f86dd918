"""Files that a command writes: each is another one, and none is read by the same command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from crm_mocks.errors import UsageError

_WRITTEN: Final = frozenset(
    (
        "--json", "--junit", "--html", "--markdown", "--write-baseline", "--journal", "--cassette", "--ready-file",
        "--output",
    )
)  # fmt: skip
_UPDATED: Final = frozenset({("--baseline", "--write-baseline"), ("FILE...", "--json")})
"""What may be read and then replaced: a baseline, and, by `coverage`, a report that it merges with others."""


def require_distinct(command: click.Command, values: dict[str, Any]) -> None:
    """Check that no file is named twice if the command writes it: one content would be lost.

    Args:
        command: the command.
        values: values of its parameters by name.

    Raises:
        UsageError: a file is.
    """
    named: dict[str, str] = {}
    pairs = [(_shown(each), path) for each in command.params for path in _paths(each, values.get(each.name or ""))]
    for shown, path in sorted(pairs, key=lambda pair: pair[0] in _WRITTEN):  # what is read comes first
        real = os.path.realpath(path)
        other = named.setdefault(real, shown)
        if shown in _WRITTEN and other != shown and not _is_allowed(command, other, shown) and _is_file(real):
            raise UsageError(f"{other} and {shown} name the same file: {path}")


def _shown(parameter: click.Parameter) -> str:
    return (
        parameter.opts[0]
        if isinstance(parameter, click.Option)
        else parameter.metavar or (parameter.name or "").upper()
    )


def _is_allowed(command: click.Command, read: str, written: str) -> bool:
    if (read, written) == ("FILE...", "--json") and command.name != "coverage":
        return False
    return (read, written) in _UPDATED


def _is_file(real: str) -> bool:
    """Return whether a path is that of a regular file, or may become one."""
    return os.path.isfile(real) or not os.path.exists(real)  # noqa: PTH110, PTH113  # `Path` raises errors


def _paths(parameter: click.Parameter, value: Any) -> Iterator[str]:
    """Yield the paths in the value of a parameter; texts in place of a vendor may be some."""
    for each in value if isinstance(value, tuple) else (value,):
        is_name = isinstance(parameter, click.Argument) and not isinstance(parameter.type, type(click.UNPROCESSED))
        if isinstance(each, Path) or (isinstance(each, str) and (is_name or "--output" in parameter.opts)):
            yield str(each)
