"""Where a report comes from: command line, date and version."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import unquote_plus

from crm_contracts.report.document import Fact, Report
from crm_contracts.report.spans import Code
from crm_mocks import __version__
from crm_mocks.credential_names import REDACTED, is_credential_header, is_credential_name
from crm_mocks.secret_values import looks_secret

_MAX_LENGTH: Final = 400
_ASSIGNMENT: Final = re.compile(r"([^=:\s]+)([=:]\s*)(.+)", re.DOTALL)
_USER_INFO: Final = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_USER_OPTIONS: Final = frozenset({"-u", "--user", "--basic"})
_SECRET_OPTIONS: Final = _USER_OPTIONS | {"--credential", "--header"}
_SPACE: Final = re.compile(r"\s")
_PARAMETER: Final = re.compile(r"(?<=[?&])([^=&#\s]+)=([^&#\s]+)")
_FILE_OPTIONS: Final = frozenset({"--credentials"})


def with_origin(report: Report) -> Report:
    """Return a report whose metadata names the command line, the date and the version."""
    known = {fact.label for fact in report.metadata}
    facts = (
        Fact("command", Code(command_line(sys.argv))),
        Fact("date", _now().isoformat(" ", "seconds")),
        Fact("version", f"crm-mocks {__version__}"),
    )
    return replace(report, metadata=(*(fact for fact in facts if fact.label not in known), *report.metadata))


def dated(report: Report) -> Report:
    """Return a report whose data have its date and the version, by which reports can be put in order."""
    return replace(report, data={"date": _now().isoformat(timespec="seconds"), "version": __version__, **report.data})


def _now() -> datetime:
    return datetime.now(UTC)


def command_line(arguments: Sequence[str]) -> str:
    """Return a command line for a shell, without credentials and the folder of the program.

    Example:
        >>> command_line(["/bin/crm-mocks", "verify", "activix", "--credential", "password=x"])
        "crm-mocks verify activix --credential 'password=***'"
    """
    text = " ".join((_program(Path(arguments[0])), *map(shlex.quote, without_secrets(arguments)[1:])))
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]} …"


def without_secrets(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of a program, of which the first is its name, without credentials.

    Example:
        >>> without_secrets(["client", "--token", "x", "--to", "http://me:x@127.0.0.1/"])
        ['client', '--token', '***', '--to', 'http://***@127.0.0.1/']
    """
    return list(map(_shown, ["", *arguments], arguments))


def _program(path: Path) -> str:
    """Return the name of a program, as `python -m` has it if it is a package."""
    return shlex.quote(path.name) if path.name != "__main__.py" else f"python -m {shlex.quote(path.parent.name)}"


def _shown(previous: str, argument: str) -> str:
    """Return an argument without credentials."""
    secret = _secret(previous, argument)
    if secret:
        return f"{argument.removesuffix(secret)}{REDACTED}"
    text = _script(argument) if _SPACE.search(argument) else argument
    return _PARAMETER.sub(_parameter, _USER_INFO.sub(REDACTED, text))


def _secret(previous: str, argument: str) -> str:
    """Return the end of an argument that is a credential; an empty string if none is."""
    option, equals, value = argument.partition("=")
    if option.startswith("--") and equals:
        return _secret(option, value)
    assignment = _ASSIGNMENT.fullmatch(argument)
    is_value = previous.startswith("-") and not argument.startswith("-") and "=" not in previous
    if is_value and previous not in _FILE_OPTIONS and (previous in _SECRET_OPTIONS or _is_secret(previous)):
        return argument if assignment is None or previous in _USER_OPTIONS else assignment[3]
    return assignment[3] if assignment is not None and _is_secret(assignment[1]) else ""


def _script(text: str) -> str:
    """Return a script for a shell without the credentials among its words."""
    try:
        words = shlex.split(text)
    except ValueError:  # not balanced
        words = text.replace('"', " ").replace("'", " ").split()
    for secret in sorted(set(filter(None, map(_secret, ["", *words], words))), key=len, reverse=True):
        if secret not in text:  # written with escapes
            return REDACTED
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", REDACTED, text)
    return text


def _parameter(found: re.Match[str]) -> str:
    """Return a parameter of a URL's query as it is shown."""
    name, value = found.groups()
    return f"{name}={REDACTED}" if _is_secret(name) or looks_secret(unquote_plus(value)) else found[0]


def _is_secret(name: str) -> bool:
    name = name.lstrip("-")
    return is_credential_name(name.replace("-", "_")) or is_credential_header(name)
