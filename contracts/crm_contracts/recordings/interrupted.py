"""Recordings whose recorder was interrupted: the complete entries at the start of the file."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from crm_mocks.bounded_numbers import json_integer

_LIST: Final = re.compile(r'"(?P<member>entries|interactions|http_interactions|requests)"\s*:\s*\[\s*')
_SEPARATOR: Final = re.compile(r"\s*,\s*")
INTERRUPTED: Final = "the file ends within it"
"""In place of the entry within which the file ends; also the reason why that entry is skipped."""


def complete_entries(text: str) -> dict[str, list[Any]] | None:
    """Return the complete entries of a JSON document that ends too early, followed by `INTERRUPTED`.

    Args:
        text: HAR, cassette or journal.

    Returns:
        The entries by the member that has them, or `None` if there are none.
    """
    found = _LIST.search(text)
    if found is None:
        return None
    entries: list[Any] = []
    decoder, position = json.JSONDecoder(strict=False, parse_int=json_integer), found.end()
    while True:
        try:
            entry, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        entries.append(entry)
        separator = _SEPARATOR.match(text, position)
        if separator is None:
            break
        position = separator.end()
    return {found["member"]: [*entries, INTERRUPTED]} if entries else None
