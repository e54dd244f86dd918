"""Values of the headers of HTTP, which are shown unless a word of them is a value of its own, such as a token."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from crm_mocks.credential_names import REDACTED, hidden
from crm_mocks.parsing.bounded_cache import MAX_LENGTH
from crm_mocks.secret_values import is_credential, without_identifiers

_MAX_VALUES: Final = 4_096
_MAX_DIGITS: Final = 10
"""Digits of a number that is a whole value, such as a length, or seconds since 1970."""

_USER: Final = re.compile(r"^[^@]*+@")
_BOUNDARY: Final = re.compile(r"(\bboundary\s*+=\s*+)(\"[^\"]*+\"?|[^\s;]++)", re.IGNORECASE)


def shown_value(name: str, value: str, on_hidden: Callable[[str], None] = lambda _: None) -> str:
    """Return the value of a header as it is shown.

    The boundary of a multipart form is random by nature, and shown, since the form could not be read without it.

    Args:
        name: of the header.
        value: its value.
        on_hidden: called with each part that is not shown.
    """
    if value.isdecimal() and len(value) <= _MAX_DIGITS:
        return value
    if name.lower() == "host":
        value = _USER.sub(f"{REDACTED}@", value)
    parts = _BOUNDARY.split(value, maxsplit=1)
    if len(parts) > 1 and not is_credential(parts[2]):
        before, label, boundary, after = parts
        return _without_values(before, on_hidden) + label + boundary + _without_values(after, on_hidden)
    return _without_values(value, on_hidden)


def _without_values(text: str, on_hidden: Callable[[str], None]) -> str:
    def replacement(word: str) -> str:
        on_hidden(word)
        return REDACTED if is_credential(word) else hidden(len(word))

    return without_identifiers(text, replacement)


class PlainHeaders:
    """The headers of HTTP that are shown as they are.

    Attributes:
        known: names and values of some that have been seen, as many as are remembered, and of others that are shown in
            all operations.
    """

    def __init__(self) -> None:
        self.known: set[tuple[str, str]] = set()

    def __contains__(self, header: tuple[str, str]) -> bool:
        """Return whether a header, as name and value, is shown as it is."""
        name, value = header
        if header in self.known:
            return True
        if shown_value(name, value) != value:
            return False
        self.remember(header)
        return True

    def remember(self, header: tuple[str, str]) -> None:
        """Remember a header that is shown as it is in all operations."""
        if len(self.known) >= _MAX_VALUES:
            self.known.clear()
        if sum(map(len, header)) <= MAX_LENGTH:
            self.known.add(header)
