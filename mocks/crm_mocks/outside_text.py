"""Text from outside in output: no control characters, and nothing that a build server takes for a command."""

from __future__ import annotations

import re
from typing import Final

_LOG_COMMAND: Final = re.compile(r"#(?=#(?:\[|vso\[|teamcity\[))", re.IGNORECASE)
"""Commands that Azure Pipelines, TeamCity and GitHub's old runner execute anywhere in a line."""
_LINE_COMMAND: Final = re.compile(r"(?m)^((?:\x1b\[[0-9;]*m|[^\S\n])*:)(?=:)")
"""Commands that GitHub's runner executes at the start of a line, after white space and colours."""

ZERO_WIDTH_SPACE: Final = "\u200b"


def safe(text: str) -> str:
    """Return a string with control characters and characters that XML forbids escaped as in Python."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def safe_lines(text: str) -> str:
    """Return a string escaped as by `safe`, but with its line feeds."""
    return "\n".join(safe(line) for line in text.split("\n"))


def without_log_commands(text: str) -> str:
    """Return a string in which build servers recognize no commands, such as `::error::` or `##vso[`."""
    text = _LOG_COMMAND.sub(f"#{ZERO_WIDTH_SPACE}", text)
    return _LINE_COMMAND.sub(rf"\1{ZERO_WIDTH_SPACE}", text)


def one_line(text: str) -> str:
    """Return a text as one line of a log: white space as single spaces, the rest escaped as by `safe`."""
    return without_log_commands(safe(" ".join(text.split())))
