"""The report for terminals and the logs of builds: plain text, coloured where asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

import click

from crm_contracts.diff.model import Diff
from crm_contracts.diff.reports.words import Line, sections, summary, title, verdict

_COLOURS: Final = {"breaking": "red", "compatible": "green", "unchanged": "green"}


def render(diff: Diff, *, colour: bool = False) -> str:
    """Return the comparison as text.

    Args:
        diff: what to tell.
        colour: whether to use the escape codes of terminals.
    """
    lines = "\n".join(_lines(diff))
    return (lines if colour else click.unstyle(lines)) + "\n"


def _lines(diff: Diff) -> Iterator[str]:
    word = verdict(diff)
    yield f"{click.style(f'Contract {word}', bold=True, fg=_COLOURS[word])}: {title(diff)}"
    yield f"{summary(diff)[:1].upper()}{summary(diff)[1:]}."
    for heading, lines in sections(diff):
        yield ""
        yield click.style(f"{heading} ({len(lines)})", bold=True)
        for whose, these in groupby(lines, key=lambda line: line.whose):
            yield f"  {click.style(whose, fg='cyan')}"
            yield from map(_line, these)


def _line(line: Line) -> str:
    return f"    {click.style(line.place, bold=True)}: {line.message}" if line.place else f"    {line.message}"
