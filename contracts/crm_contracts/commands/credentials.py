"""Credentials for what is no mock: from options, the environment or a file; no process list has to show them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crm_mocks.errors import UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option(
        "--credential",
        "given",
        multiple=True,
        metavar="NAME=VALUE",
        help="A credential, which `ps` shows; repeatable. Better as CRM_MOCKS_<VENDOR>_<NAME>, or in the file.",
    ),
    click.option(
        "--credentials",
        "credentials_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Credentials by name, in YAML or JSON.",
    ),
)


def credential_options(command: Command) -> Command:
    """Add `--credential` and `--credentials`, as keywords `given` and `credentials_file`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def credentials_of(vendor: str, known: Iterable[str], options: Mapping[str, Any]) -> dict[str, str]:
    """Return the credentials by name: options override the environment, and that the file.

    Args:
        vendor: whose they are.
        known: their names.
        options: keywords that `credential_options` gives.

    Raises:
        UsageError: there is no such credential, or the file cannot be read. The message tells no value.
    """
    names = list(known)
    found = _of_file(options["credentials_file"])
    found |= {name: value for name in names if (value := os.environ.get(_variable(vendor, name)))}
    found |= dict(_assigned(each) for each in options["given"])
    unknown = [name for name in found if name not in names]
    if unknown:
        has = f"it has {', '.join(names)}" if names else "it has none"
        raise UsageError(f"{vendor} has no credential '{unknown[0]}': {has}")
    return found


def _variable(vendor: str, name: str) -> str:
    return f"CRM_MOCKS_{vendor}_{name}".upper().replace("-", "_").replace(" ", "_")


def _assigned(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not value:
        raise UsageError("--credential wants NAME=VALUE")
    return name.strip(), value


def _of_file(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    from crm_mocks.parsing.user_files import read_data_file

    data = read_data_file(path, "--credentials")
    if not isinstance(data, dict) or not all(map(_is_text, data.values())):
        raise UsageError(f"{path}: wants credentials as `name: value`")
    return {str(name): str(value) for name, value in data.items()}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
