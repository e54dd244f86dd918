"""Files that a command writes: each is another one, and none is read by the same command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from crm_mocks.errors import UsageError
from crm_mocks.vendor_sources import supplied_contracts

_WRITTEN: Final = frozenset(
    (
        "--json", "--junit", "--html", "--markdown", "--write-baseline", "--journal", "--cassette", "--ready-file",
        "--output",
    )
)  # fmt: skip


def require_distinct(command: click.Command, values: dict[str, Any]) -> None:
    """Check that no file is named twice if the command writes it: one content would be lost.

    Args:
        command: the command.
        values: values of its parameters by name.

    Raises:
        UsageError: a file is.
    """
    named: dict[str, str] = {}
    for shown, path in sorted(_named_files(command, values), key=lambda pair: pair[0] in _WRITTEN):  # read files first
        real = os.path.realpath(path)
        other = named.setdefault(real, shown)
        if shown in _WRITTEN and other != shown and not _is_updated(command, other, shown) and _is_file(real):
            raise UsageError(f"{other} and {shown} name the same file: {path}")


def _named_files(command: click.Command, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what names a file, as a message shows it, and the path."""
    for contract in supplied_contracts():
        yield f"the contract {contract.name}", str(contract.path)
    for parameter in command.params:
        value = values.get(parameter.name or "")
        for each in value if isinstance(value, tuple) else (value,):
            path = str(each) if isinstance(each, Path) else _path_in(parameter, each)
            if path:
                yield _shown(parameter), path


def _path_in(parameter: click.Parameter, value: Any) -> str:
    """Return the path in a text: `--output`, or a contract in place of a vendor; empty if there is none."""
    if "--output" in parameter.opts:
        return str(value)
    if not isinstance(parameter, click.Argument) or isinstance(parameter.type, type(click.UNPROCESSED)):
        return ""
    candidates = (value, value.partition("@")[0]) if isinstance(value, str) else ()  # FILE@SETTING=VALUE
    return next(filter(os.path.isfile, candidates), "")


def _shown(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return parameter.opts[0]
    return parameter.metavar or (parameter.name or "").upper()


def _is_updated(command: click.Command, read: str, written: str) -> bool:
    """Return whether a file may be read and then replaced: a baseline, or a report that `coverage` merges."""
    is_merged = command.name == "coverage" and (read, written) == ("FILE...", "--json")
    return is_merged or (read, written) == ("--baseline", "--write-baseline")


def _is_file(real: str) -> bool:
    """Return whether a path is that of a regular file, or may become one."""
    return os.path.isfile(real) or not os.path.exists(real)  # noqa: PTH110, PTH113  # `Path` raises errors
