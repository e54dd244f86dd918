"""Pieces of Markdown, in GitHub's dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from crm_contracts.reports.words import safe

SHOWN: Final = 20
"""Rows of a table: a comment has at most 65,536 characters on GitHub."""

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>|~#&@])")


def plain(text: str) -> str:
    """Return a text so that nothing in it is taken for Markdown, HTML or the mention of a person."""
    return _SPECIAL.sub(r"\\\1", safe(text)).replace("\\@", "@\u200b").replace("\\_", "_")


def code(text: str) -> str:
    """Return a text as code that may stand in a table."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}".replace("|", "\\|")


def block(text: str) -> Iterator[str]:
    """Yield the lines of a block of code for a shell."""
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    yield from (f"{fence}sh", text, fence)


def folded(heading: str, lines: list[str]) -> Iterator[str]:
    """Yield a list under its heading, to be unfolded; nothing where it is empty."""
    if lines:
        yield from ("", f"<details><summary>{heading} ({len(lines)})</summary>", "")
        yield from (f"- {line}" for line in lines[:SHOWN])
        if len(lines) > SHOWN:
            yield f"- … and {len(lines) - SHOWN} more"
        yield from ("", "</details>")
