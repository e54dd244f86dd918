"""The report for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from crm_contracts.diff.model import Diff
from crm_contracts.diff.reports.words import Line, sections, summary, title, verdict

_SHOWN: Final = 200
"""Rows of a table: a comment has at most 65,536 characters on GitHub."""
_SPECIAL: Final = re.compile(r"([\\`*{}\[\]<>|~#&])")


def render(diff: Diff) -> str:
    """Return the comparison as Markdown, in GitHub's dialect."""
    return "\n".join(_lines(diff)) + "\n"


def _lines(diff: Diff) -> Iterator[str]:
    yield f"### {'❌' if diff.failing else '✅'} Contract {verdict(diff)}: {_code(title(diff))}"
    yield ""
    yield f"{summary(diff)[:1].upper()}{summary(diff)[1:]}."
    for heading, lines in sections(diff):
        folded = not heading.startswith("Breaking")
        yield ""
        yield f"<details><summary>{heading} ({len(lines)})</summary>" if folded else f"**{heading}** ({len(lines)})"
        yield ""
        yield "| operation | where | change |"
        yield "| --- | --- | --- |"
        yield from map(_row, lines[:_SHOWN])
        if len(lines) > _SHOWN:
            yield from ("", f"… and {len(lines) - _SHOWN} more.")
        if folded:
            yield from ("", "</details>")


def _row(line: Line) -> str:
    return f"| {_plain(line.whose)} | {_code(line.place)} | {_plain(line.message)} |"


def _plain(text: str) -> str:
    """Return a text so that nothing in it is taken for Markdown, HTML or the mention of a person."""
    return _SPECIAL.sub(r"\\\1", text).replace("@", "@\u200b")


def _code(text: str) -> str:
    """Return a text as code that may stand in a table."""
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    room = " " if "`" in text else ""
    return f"{fence}{room}{text}{room}{fence}".replace("|", "\\|") if text else ""
