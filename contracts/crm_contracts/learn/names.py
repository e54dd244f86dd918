"""Names of operations, parameters and schemas."""

from __future__ import annotations

import re
from typing import Final

from crm_mocks.generic.member_names import singular

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(text: str) -> list[str]:
    """Return the words of a name in any notation.

    Example:
        >>> words("leadContacts_v2")
        ['lead', 'contacts', 'v', '2']
    """
    return [each.lower() for each in _WORDS.findall(text)]


def camel(parts: list[str]) -> str:
    """Return words in camel case."""
    joined = "".join(each.capitalize() for each in parts)
    return joined[:1].lower() + joined[1:]


def pascal(parts: list[str]) -> str:
    """Return words in Pascal case."""
    return "".join(each[:1].upper() + each[1:] for each in parts)


def one_of(text: str) -> list[str]:
    """Return the words of the name of one entry of a collection.

    Example:
        >>> one_of("lead-contacts")
        ['lead', 'contact']
    """
    parts = words(text)
    return [*parts[:-1], singular(parts[-1])] if parts else []


def unique(name: str, taken: set[str]) -> str:
    """Return a name that is not taken yet, with a number if need be, and take it."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}{number}", number + 1
    taken.add(candidate)
    return candidate
