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


@dataclass(frozen=True)
class Link:
    """Text that leads to an address outside the report, where the format supports it."""

    text: str
    url: str


@dataclass(frozen=True)
class Note:
    """A note at the end of a report, where the format supports it.

    Attributes:
        title: heading.
        facts: labels with their values.
    """

    title: str
    facts: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class Reference:
    """Text that leads to a note."""

    text: str
    note: Note


Span = str | Code | Strong | Link | Reference


Text = Span | tuple[Span, ...]


def spans(text: Text) -> tuple[Span, ...]:
    """Return the spans of a text; an empty text has none."""
    if isinstance(text, tuple):
        return text
    return (text,) if text else ()


def with_code(text: str) -> Text:
    """Return a text whose parts between backticks are code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return text
    return tuple(Code(part) if number % 2 else part for number, part in enumerate(parts) if part)


def plain(text: Text) -> str:
    """Return a text without its inline formatting."""
    return "".join(span if isinstance(span, str) else span.text for span in spans(text))
