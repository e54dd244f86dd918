"""Matching text against literals with variable parts between them, in linear time: nothing is tried twice."""

from __future__ import annotations

from collections.abc import Sequence


def variable_parts(literals: Sequence[str], text: str, least: int = 0) -> list[str] | None:
    """Return the text between literals, or `None` if the text does not consist of them and variable parts in turn.

    Each variable part is as short as possible, which leaves the most room for those after it. So a literal need never
    be looked for again further on, as a regular expression would, in exponential time.

    Args:
        literals: at least one; the text begins with the first and ends with the last.
        text: the text.
        least: minimum length of a variable part.

    Example:
        >>> variable_parts(["/leads/", "/notes/", ""], "/leads/7/notes/12")
        ['7', '12']
    """
    first, *rest = literals
    if not rest:
        return [] if text == first else None
    if not text.startswith(first):
        return None
    parts = []
    start = len(first)
    for literal in rest[:-1]:
        found = text.find(literal, start + least)
        if found < 0:
            return None
        parts.append(text[start:found])
        start = found + len(literal)
    end = len(text) - len(rest[-1])
    if end < start + least or not text.endswith(rest[-1]):
        return None
    return [*parts, text[start:end]]
