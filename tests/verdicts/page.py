"""`docs/verdicts.md`: a table of inputs, and what the product says of each; every row is stated by a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"
HEAD = """# What the product says

Inputs that tools of this kind often judge wrongly: recordings of other tools, clients and receivers with realistic
mistakes, and those without any. Each row is stated by a test in `tests/verdicts/`, which fails when the product says
something else; `make test-verdicts ARGS=--write-verdicts` writes the rows anew.

| topic | input | the product says |
| --- | --- | --- |
"""


@dataclass(frozen=True, order=True)
class Row:
    """One line of the table.

    Args:
        topic: What is judged, such as ``recordings``; rows are sorted by it.
        case: The input, in a few words.
        says: What the product said of it, without anything that differs between runs.
    """

    topic: str
    case: str
    says: str

    @property
    def key(self) -> tuple[str, str]:
        return self.topic, self.case

    def line(self) -> str:
        return "| " + " | ".join(_cell(text) for text in (self.topic, self.case, self.says)) + " |\n"


def read() -> dict[tuple[str, str], str]:
    """Return the table's lines by topic and case, as they stand in the page."""
    if not PAGE.exists():
        return {}
    lines = PAGE.read_text(encoding="utf-8").removeprefix(HEAD).splitlines(keepends=True)
    return {_key(line): line for line in lines if line.startswith("| ")}


def write(lines: dict[tuple[str, str], str]) -> None:
    """Write the page with these lines, sorted, in one step, since other workers may be reading it."""
    unfinished = PAGE.with_suffix(".part")
    unfinished.write_text(HEAD + "".join(lines[key] for key in sorted(lines)), encoding="utf-8")
    unfinished.replace(PAGE)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def _key(line: str) -> tuple[str, str]:
    topic, case, _ = line.removeprefix("| ").split(" | ", 2)
    return topic, case
