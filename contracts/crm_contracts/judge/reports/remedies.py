"""What a report tells its reader to type: options and curl commands, or, where pytest reports, lines of a test."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crm_contracts.judge.allow import allow_line, names_for
from crm_contracts.judge.curl import queue_command, stub_command
from crm_contracts.judge.finding import Finding


@dataclass(frozen=True)
class Remedies:
    """What to type, by the place where it is typed.

    Attributes:
        allow: returns what allows the remaining occurrences of a finding.
        queue: returns what gives an outcome to the next request of an operation.
        queue_form: what `queue` returns, for headings.
        stub: returns what stubs the request of a finding, which no operation matches.
    """

    allow: Callable[[Finding], str]
    queue: Callable[[str, str], str]
    queue_form: str
    stub: Callable[[Finding], str]


def remedies_of(command: str) -> Remedies:
    """Return what the reader of a report types.

    Args:
        command: name of the command that reports.
    """
    return _IN_TESTS if command == "pytest" else ON_THE_COMMAND_LINE


def _marker(finding: Finding) -> str:
    """Return the marker that allows a finding.

    Example:
        >>> from crm_contracts.judge.finding import Side
        >>> _marker(Finding(Side.CLIENT, "toy", "", "path", ("path",), "", request="GET /toy/x"))
        '@pytest.mark.crm_mocks(allow=["GET /toy/x"])'
    """
    return f"@pytest.mark.crm_mocks(allow=[{', '.join(map(_quoted, names_for(finding)))}])"


def _respond(operation: str, outcome: str) -> str:
    vendor, _, name = operation.partition(".")
    return f"{vendor}.respond(operation={_quoted(name)}, example={_quoted(outcome)})"


def _stub(finding: Finding) -> str:
    method, _, path = finding.request.partition(" ")
    fixture = finding.vendor or "<fixture>"
    return f"{fixture}.respond(method={_quoted(method)}, path={_quoted(path)}, body={{}}, times=None)"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _stub_by_curl(finding: Finding) -> str:
    return stub_command(finding.request)


ON_THE_COMMAND_LINE: Final = Remedies(allow_line, queue_command, "command", _stub_by_curl)
_IN_TESTS: Final = Remedies(_marker, _respond, "line of a test", _stub)
