"""Files that a command reads and writes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from crm_mocks.files.distinct import NamedFile, require_distinct
from crm_mocks.vendor_sources import supplied_contracts

_WRITTEN: Final = frozenset(
    (
        "--json", "--junit", "--html", "--markdown", "--write-baseline", "--journal", "--cassette", "--ready-file",
        "--output",
    )
)  # fmt: skip


def check_files(command: click.Command, values: dict[str, Any]) -> None:
    """Check that a command writes no file that it reads, or writes as something else too.

    Args:
        command: the command.
        values: values of its parameters by name.

    Raises:
        UsageError: it does.
    """
    files = list(_named_files(command, values))
    updated = [("--baseline", "--write-baseline")]
    if command.name == "coverage":
        updated.append(("FILE...", "--json"))  # a report may be merged with others
    require_distinct(
        [each for each in files if each[0] not in _WRITTEN], [each for each in files if each[0] in _WRITTEN], updated
    )


def _named_files(command: click.Command, values: dict[str, Any]) -> Iterator[NamedFile]:
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
