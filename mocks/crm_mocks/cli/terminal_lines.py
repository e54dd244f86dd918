"""Lines of text on a terminal that never break a value, so that it can be copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import click


@dataclass(frozen=True)
class Piece:
    """A part of a line that stays on one line if it fits there.

    Attributes:
        text: the text.
        style: keywords of `click.style`.
        gap: number of spaces before it.
        is_value: it is never broken, even if it has spaces and is wider than the terminal.
    """

    text: str
    style: Mapping[str, Any] = field(default_factory=dict)
    gap: int = 2
    is_value: bool = False

    @property
    def width(self) -> int:
        """Number of columns, with the gap."""
        return self.gap + columns(self.text)

    def styled(self, text: str) -> str:
        """Return a part of the text in this piece's style."""
        return click.style(text, **self.style) if self.style else text


def columns(text: str) -> int:
    """Return the number of columns of a text."""
    from rich.cells import cell_len

    return cell_len(text)


def lines(pieces: Iterable[Piece], width: int, indent: int) -> Iterator[str]:
    """Yield styled lines that are no wider than the terminal, unless a word or value is.

    Args:
        pieces: the pieces.
        width: number of columns.
        indent: indentation of all lines but the first.
    """
    line, used = "", 0
    for piece in pieces:
        if used + piece.width <= width or not line:
            line += " " * piece.gap + piece.styled(piece.text)
            used += piece.width
            continue
        for text in (piece.text,) if piece.is_value else filled(piece.text, width - indent):
            if line.strip():
                yield line
            line, used = " " * indent + piece.styled(text), indent + columns(text)
    yield line


def filled(text: str, width: int) -> Iterator[str]:
    """Yield a text in lines that break between words only."""
    line, *words = text.split(" ")
    for word in words:
        if columns(line) + 1 + columns(word) > width:
            yield line
            line = word
        else:
            line += f" {word}"
    yield line
