"""Small helpers for writing Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GENERATED = "<!-- Made by `make docs` from the contracts and the code: change those, not this page. -->"


def page(title: str, introduction: str, sections: Iterable[str]) -> str:
    """Return a page: its title, what it is about, its sections."""
    return "\n\n".join([f"# {title}", GENERATED, introduction, *sections]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells may hold any text, line breaks become blanks."""
    lines = [_row(heads), _row(["---"] * len(heads)), *map(_row, rows)]
    return "\n".join(lines)


def code(text: str) -> str:
    """Return the text as code, or an empty string if it is empty."""
    return f"`{text}`" if text else ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_cell(text) for text in cells) + " |"


def _cell(text: str) -> str:
    """Return the text on one line, with what Markdown would take for a column or a tag escaped."""
    parts = " ".join(text.split()).replace("|", "\\|").split("`")
    parts[::2] = [part.replace("<", "&lt;").replace(">", "&gt;") for part in parts[::2]]
    return "`".join(parts)
