"""Text of reports with inline code and emphasis, without markup.

Strings are plain text. Text with inline code or emphasis is a tuple of spans::

    Paragraph(("Allow it with ", Code("--allow toy.createContact:400"), "."))
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """Meaning of an element, which renderers express by colours or symbols."""

    NEUTRAL = "neutral"
    GOOD = "good"
    BAD = "bad"
    WARNING = "warning"
    QUIET = "quiet"


@dataclass(frozen=True)
class Code:
    """Inline code, such as a name, a location in a body or an option."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Emphasized text."""

    text: str
    tone: Tone = Tone.NEUTRAL


Span = str | Code | Strong


Text = Span | tuple[Span, ...]


def spans(text: Text) -> tuple[Span, ...]:
    """Return the spans of a text; an empty text has none."""
    if isinstance(text, tuple):
        return text
    return (text,) if text else ()


def plain(text: Text) -> str:
    """Return a text without its inline formatting."""
    return "".join(span if isinstance(span, str) else span.text for span in spans(text))
