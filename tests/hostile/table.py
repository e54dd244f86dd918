"""The table of what was attacked: kinds, inputs tried, faults found, and those found before and mended."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.hostile.attack import Tally, kept
from tests.hostile.kinds import KINDS

_PART = re.compile(r"(?<=<!-- attacked -->\n).*?(?=<!-- end of attacked -->)", re.DOTALL)
_COLUMNS = ("kind", "attacked", "inputs tried", "faults found", "mended before")


def rows(tallies: Iterable[Tally]) -> list[tuple[str, ...]]:
    """Return the rows of the table, in the order of the kinds, and their sum."""
    by_kind = {tally.kind: tally for tally in tallies}
    mended = Counter(kind for _, kind, _ in kept())
    found = [
        (kind.name, kind.attacked, by_kind[kind.name].tried, len(by_kind[kind.name].faults), mended[kind.name])
        for kind in KINDS.values()
        if kind.name in by_kind
    ]
    sums = ("all", "", *(sum(row[column] for row in found) for column in (2, 3, 4)))
    return [(name, attacked, *(f"{number:,}" for number in numbers)) for name, attacked, *numbers in (*found, sums)]


def print_table(tallies: Iterable[Tally], console: Console, title: str = "") -> None:
    """Print the table."""
    table = Table(*_COLUMNS, title=title)
    for row in rows(tallies):
        table.add_row(*row)
    console.print(table)


def write_part(page: Path, tallies: Iterable[Tally], seconds: float, seed: int) -> None:
    """Write the table into the marked part of a page.

    Args:
        page: Markdown with the marks.
        tallies: what the attacks came to.
        seconds: time that they took.
        seed: of the inputs.
    """
    today = datetime.datetime.now(datetime.UTC).date()
    lines = [
        f"{today.isoformat()}, {seconds:,.0f} seconds, seed {seed}:",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        "| --- | --- | ---: | ---: | ---: |",
        *(f"| {' | '.join(row)} |" for row in rows(tallies)),
        "",
    ]
    text = page.read_text("utf-8")
    assert _PART.search(text), f"{page} has no marks"
    written = page.with_suffix(".new")
    written.write_text(_PART.sub(lambda _: "\n".join(["", *lines, ""]), text), "utf-8")
    written.replace(page)
