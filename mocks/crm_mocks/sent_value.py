"""Format the value at the location of a violation: short, without credentials."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from crm_mocks.credential_names import REDACTED, is_credential_header, is_credential_name
from crm_mocks.location import Location

SENT_LENGTH: Final = 80
"""Maximum length in characters."""

ELLIPSIS: Final = "…"
"""Stands at the end of a value that is cut off."""


def sent_value(value: Any, location: Location) -> str:
    """Return a value as JSON of at most `SENT_LENGTH` characters, cut with an ellipsis; "***" for a credential.

    Args:
        value: decoded value.
        location: location of the violation, including the names of enclosing members.
    """
    place, *names = map(str, location or ("",))
    is_credential = is_credential_header if place == "header" else is_credential_name
    if place == "security" or any(map(is_credential, names)):
        return REDACTED
    text = ""
    for part in _parts(value):
        text += part
        if len(text) > SENT_LENGTH:
            return text[: SENT_LENGTH - 1] + ELLIPSIS
    return text


def _parts(value: Any) -> Iterator[str]:
    """Yield JSON in pieces, so that only the start of a large value is written."""
    if isinstance(value, dict):
        yield "{"
        for number, (name, inner) in enumerate(value.items()):
            yield f"{', ' if number else ''}{_scalar(name)}: "
            yield from [f'"{REDACTED}"'] if is_credential_name(str(name)) else _parts(inner)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for number, inner in enumerate(value):
            if number:
                yield ", "
            yield from _parts(inner)
        yield "]"
    else:
        yield _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        value = value[: SENT_LENGTH + 1]
    elif isinstance(value, int) and value.bit_length() > 4 * SENT_LENGTH:
        return f"{'-' if value < 0 else ''}(a number of {value.bit_length()} bits)"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
