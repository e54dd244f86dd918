"""The known name that an unknown one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

_MAX_LENGTH: Final = 100
"""Longest name that is compared: comparing takes time in proportion to the product of the lengths."""


def nearest(name: str, known: Iterable[str], similarity: float = 0.6) -> str:
    """Return the known name that is most similar to an unknown one, whatever their case, or an empty string.

    Args:
        name: the unknown name.
        known: names that exist.
        similarity: least similarity, from 0 to 1, as of `difflib`.

    Example:
        >>> nearest("Activx", ["activix", "leadbank"])
        'activix'
    """
    by_lower_case = {each.lower(): each for each in known}
    found = get_close_matches(name[:_MAX_LENGTH].lower(), by_lower_case, n=1, cutoff=similarity)
    return by_lower_case[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)`, to follow the unknown name in a message, or an empty string."""
    found = nearest(name, known)
    return f" (did you mean '{found}'?)" if found else ""
