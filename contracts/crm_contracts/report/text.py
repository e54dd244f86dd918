"""Words and precautions that all reports share."""

from __future__ import annotations

import re
from typing import Final

_LOG_COMMAND: Final = re.compile(r"#(?=#(?:\[|vso\[|teamcity\[))", re.IGNORECASE)
"""Commands of Azure Pipelines, TeamCity and GitHub's old runner, which obey them anywhere in a line."""
_LINE_COMMAND: Final = re.compile(r"(?m)^((?:\x1b\[[0-9;]*m|[^\S\n])*:)(?=:)")
"""Commands of GitHub's runner, at the start of a line, behind white space and colours."""

ZERO_WIDTH_SPACE: Final = "\u200b"


def safe(text: str) -> str:
    """Return a text without characters that control terminals or are illegal in XML; they are escaped as in Python."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def safe_lines(text: str) -> str:
    """Return a text likewise; its line feeds stay."""
    return "\n".join(safe(line) for line in text.split("\n"))


def without_log_commands(text: str) -> str:
    """Return a text in which no build server finds a command to obey, such as `::error::` or `##vso[`."""
    text = _LOG_COMMAND.sub(f"#{ZERO_WIDTH_SPACE}", text)
    return _LINE_COMMAND.sub(rf"\1{ZERO_WIDTH_SPACE}", text)


def number(count: int, of: str, several: str = "") -> str:
    """Return a count with its noun: `1 rule`, `2 rules`.

    Args:
        count: how many.
        of: the noun in the singular.
        several: the plural, if it is not the singular with an s.
    """
    return f"{count} {of if count == 1 else several or of + 's'}"


def times(count: int) -> str:
    """Return a count of occurrences, such as `×3`; an empty text for none."""
    return f"×{count}" if count else ""


def place(location: tuple[str, ...]) -> str:
    """Return a location as people write it: `body.phones[*].number`, `header content-type`."""
    first, *rest = location or ("request",)
    if first != "body":
        return safe(" ".join((first, ".".join(rest)))).strip()
    return safe(first + "".join("[*]" if part == "*" else f".{part}" for part in rest))
