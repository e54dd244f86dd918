"""The values that violations quote, as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crm_mocks.parsing.media_types import ContentType, Unreadable, decode
from crm_mocks.sent_value import sent_value
from crm_mocks.violations import Violation


class QuotedValues:
    """The values that violations of a body quote, before and after redaction."""

    def __init__(self, before: bytes, after: bytes, kind: ContentType) -> None:
        self._before, self._after, self._kind = before, after, kind
        self._values: tuple[Any, Any] | None = None

    def sent(self, violation: Violation) -> str:
        """Return what a violation quotes as it is shown; empty if it is no value of the body."""
        if self._before == self._after:
            return violation.sent
        if self._values is None:
            self._values = _decoded(self._before, self._kind), _decoded(self._after, self._kind)
        old, new = (_at(value, violation.location[1:]) for value in self._values)
        return sent_value(new, violation.location) if sent_value(old, violation.location) == violation.sent else ""


def _decoded(raw: bytes, kind: ContentType) -> Any:
    try:
        return decode(raw, ContentType(kind.media_type or "application/json", kind.charset))
    except Unreadable:
        return None


def _at(value: Any, location: Sequence[str | int]) -> Any:
    try:
        for step in location:
            value = value[step]
    except (KeyError, IndexError, TypeError):
        return None
    return value
