"""Formatting and escaping of text in reports."""

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


def plural(count: int, noun: str, plural_noun: str = "") -> str:
    """Return a count with its noun: `1 rule`, `2 rules`.

    Args:
        count: the number.
        noun: singular of the noun.
        plural_noun: plural of the noun; by default, the singular with an s.
    """
    return f"{count} {noun if count == 1 else plural_noun or noun + 's'}"


def times(count: int) -> str:
    """Return a count of occurrences, such as `×3`; an empty string for 0."""
    return f"×{count}" if count else ""


def location_text(location: tuple[str, ...]) -> str:
    """Return a location as text, such as `body.phones[*].number` or `header content-type`."""
    first, *rest = location or ("request",)
    if first != "body":
        return safe(" ".join((first, ".".join(rest)))).strip()
    return safe(first + "".join("[*]" if part == "*" else f".{part}" for part in rest))
