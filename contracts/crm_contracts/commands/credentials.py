"""Credentials for real systems, from options, the environment or a file."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from crm_contracts.commands import value_completion
from crm_mocks.errors import UsageError
from crm_mocks.nearest_name import did_you_mean, nearest

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS: Final = (
    click.option(
        "--credential",
        "credentials",
        multiple=True,
        metavar="NAME=VALUE",
        shell_complete=value_completion.credentials,
        help="Credential; repeatable. Visible in process lists: prefer CRM_MOCKS_<VENDOR>_<NAME> or a file.",
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
    """Add `--credential` and `--credentials`, with the keywords `credentials` and `credentials_file`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def credentials_of(vendor: str, names: Iterable[str], options: Mapping[str, Any]) -> dict[str, str]:
    """Return the credentials by name. Options override the environment, which overrides the file.

    Args:
        vendor: name of the vendor.
        names: names of the vendor's credentials.
        options: keywords of `credential_options`.

    Raises:
        UsageError: the vendor has no such credential, or the file cannot be read. The message contains no values.
    """
    names = list(names)
    credentials = _from_file(options["credentials_file"])
    _check_variables(vendor, names)
    credentials |= {name: value for name in names if (value := os.environ.get(_variable(vendor, name)))}
    assigned = [_parse(assignment) for assignment in options["credentials"]]
    repeated = [name for name, count in Counter(name for name, _ in assigned).items() if count > 1]
    if repeated:
        raise UsageError(f"--credential {repeated[0]} is given twice")
    credentials |= dict(assigned)
    unknown = [name for name in credentials if name not in names]
    if unknown:
        hint = did_you_mean(unknown[0], names)
        available = f"it has {', '.join(names)}" if names else "it has none"
        raise UsageError(f"{vendor} has no credential '{unknown[0]}'{hint}: {available}")
    return credentials


def _check_variables(vendor: str, names: Iterable[str]) -> None:
    """Raise `UsageError` if the environment has a misspelt variable of a credential."""
    from crm_mocks.vendor import vendor_names

    known = [_variable(vendor, name) for name in names]
    others = tuple(_variable(each, "") for each in vendor_names() if each.startswith(f"{vendor}_"))
    prefix = _variable(vendor, "")
    for variable in os.environ:
        is_ours = variable.startswith(prefix) and not (others and variable.startswith(others))
        meant = nearest(variable.removeprefix(prefix), (each.removeprefix(prefix) for each in known)) if is_ours else ""
        if meant and variable not in known:
            raise UsageError(f"{variable} is no credential of {vendor} (did you mean '{prefix}{meant}'?)")


def _variable(vendor: str, name: str) -> str:
    return f"CRM_MOCKS_{vendor}_{name}".upper().replace("-", "_").replace(" ", "_")


def _parse(assignment: str) -> tuple[str, str]:
    name, equals, value = assignment.partition("=")
    if not equals or not value:
        raise UsageError("--credential takes NAME=VALUE")
    return name.strip(), value


def _from_file(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    from crm_mocks.parsing.user_files import read_data_file

    data = read_data_file(path, "--credentials")
    if not isinstance(data, dict) or not all(map(_is_scalar, data.values())):
        raise UsageError(f"{path} must contain credentials as `name: value`")
    return {str(name): str(value) for name, value in data.items()}


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
