"""Describe what a violated rule expected, as text to follow "expected"."""

from __future__ import annotations

from typing import Final

from crm_mocks.violations import Violation

_MUST_BE: Final = "must be "
_PREFIXES: Final = {"must be of type ": "", _MUST_BE: "", "must have ": "", "must match ": "a match of "}
"""Prefixes of messages and their replacements, longest first."""

_ACTUAL_PREFIXES: Final = (", is ", ", has ", ", was ")
"""Prefixes of the part of a message about the actual value."""


def expected(violation: Violation) -> str:
    """Return what the violated rule expected: `one of gasoline, diesel`, `member 'email'`."""
    message = violation.message
    if violation.rule == "required" and message.endswith(" is required"):
        return message.removesuffix(" is required")
    for prefix, replacement in _PREFIXES.items():
        if message.startswith(prefix):
            return replacement + _without_actual(message.removeprefix(prefix))
    return ""


def _without_actual(text: str) -> str:
    indexes = [index for prefix in _ACTUAL_PREFIXES if (index := text.rfind(prefix)) > 0]
    return text[: min(indexes)] if indexes else text
