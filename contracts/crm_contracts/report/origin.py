"""Where a report comes from: command line, date and version."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator, Sequence
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
_SECRET_OPTIONS: Final = frozenset({"-u", "--user", "--basic", "--credential", "--header"})
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
        "crm-mocks verify activix --credential password='***'"
    """
    text = " ".join(_words(arguments))
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]} …"


def _words(arguments: Sequence[str]) -> Iterator[str]:
    previous = ""
    for number, argument in enumerate(arguments):
        if number == 0:
            yield _program(Path(argument))
        else:
            yield _word(previous, argument)
        previous = argument


def _program(path: Path) -> str:
    """Return the name of a program, as `python -m` has it if it is a package."""
    return shlex.quote(path.name) if path.name != "__main__.py" else f"python -m {shlex.quote(path.parent.name)}"


def _word(previous: str, argument: str) -> str:
    option, equals, value = argument.partition("=")
    if option.startswith("--") and equals:
        return f"{shlex.quote(option)}={_word(option, value)}"
    assignment = _ASSIGNMENT.fullmatch(argument)
    is_value = previous.startswith("-") and not argument.startswith("-") and "=" not in previous
    if is_value and previous not in _FILE_OPTIONS and (previous in _SECRET_OPTIONS or _is_secret(previous)):
        if assignment is None or previous in ("-u", "--user", "--basic"):
            return shlex.quote(REDACTED)
        return f"{shlex.quote(assignment[1])}{assignment[2].strip()}{shlex.quote(REDACTED)}"
    if assignment is not None and _is_secret(assignment[1]):
        return shlex.quote(f"{assignment[1]}{assignment[2]}{REDACTED}")
    shown = _USER_INFO.sub(REDACTED, argument)
    return shlex.quote(_PARAMETER.sub(_parameter, shown) if "://" in shown else shown)


def _parameter(found: re.Match[str]) -> str:
    """Return a parameter of a URL's query as it is shown."""
    name, value = found.groups()
    return f"{name}={REDACTED}" if _is_secret(name) or looks_secret(unquote_plus(value)) else found[0]


def _is_secret(name: str) -> bool:
    name = name.lstrip("-")
    return is_credential_name(name.replace("-", "_")) or is_credential_header(name)
