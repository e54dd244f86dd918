"""Formatting and escaping of text in reports."""

from __future__ import annotations

from crm_mocks.outside_text import ZERO_WIDTH_SPACE, safe, safe_lines, without_log_commands

__all__ = ["ZERO_WIDTH_SPACE", "location_text", "plural", "safe", "safe_lines", "times", "without_log_commands"]


def plural(count: int, noun: str, plural_noun: str = "") -> str:
    """Return a count with its noun: `1 rule`, `2 rules`.

    Args:
        count: the number.
        noun: singular of the noun.
        plural_noun: plural of the noun; by default, the singular with an s.
    """
    return f"{count} {noun if count == 1 else plural_noun or noun + 's'}"


def times(count: int) -> str:
    """Return a count of occurrences, such as `×3`; an empty string for 0."""
    return f"×{count}" if count else ""


def location_text(location: tuple[str, ...]) -> str:
    """Return a location as text, such as `body.phones[*].number` or `header content-type`."""
    first, *rest = location or ("request",)
    if first != "body":
        return safe(" ".join((first, ".".join(rest)))).strip()
    return safe(first + "".join("[*]" if part == "*" else f".{part}" for part in rest))
