"""What a violated rule expected, in words that follow "expected"."""

from __future__ import annotations

from typing import Final

from crm_mocks.violations import Violation

_MUST_BE: Final = "must be "
_PREFIXES: Final = {"must be of type ": "", _MUST_BE: "", "must have ": "", "must match ": "a match of "}
"""Beginnings of messages, the longer first, with what stands in their place."""

_CAME: Final = (", is ", ", has ", ", was ", ", and came")
"""What begins the part of a message that says what came."""


def expected(violation: Violation) -> str:
    """Return what the rule of a violation expects: `one of gasoline, diesel`, `member 'email'`."""
    message = violation.message
    if violation.rule == "required" and message.endswith(" is required"):
        return message.removesuffix(" is required")
    for prefix, instead in _PREFIXES.items():
        if message.startswith(prefix):
            return instead + _without_what_came(message.removeprefix(prefix))
    return ""


def _without_what_came(text: str) -> str:
    found = [place for each in _CAME if (place := text.rfind(each)) > 0]
    return text[: min(found)] if found else text
