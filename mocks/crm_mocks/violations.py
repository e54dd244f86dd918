"""Violations of a contract: location, rule and a readable message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from crm_mocks.basis import DOCUMENT
from crm_mocks.location import Location

VIOLATIONS_HEADER: Final = "sl-violations"
"""Prism's name for the header that lists violations, known to clients and tools."""

HEADER_LIMIT: Final = 4096
"""Maximum bytes of the header: Node rejects more than 16 KB of headers in total."""

HTTP_RULE: Final = "http"
"""Rule that is broken by bytes that are not an HTTP request, and by a failed TLS handshake."""

_DELETE: Final = "\x7f"
"""The only control character that JSON does not escape; headers must not contain it."""

_TYPE_NAMES: Final = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken by a request or response.

    Attributes:
        location: path that starts with `body`, `query`, `header`, `path`, `method` or `security`.
        rule: keyword of the contract (`required`, `type`, `enum`, …) or name of a vendor's rule.
        message: what was expected and what was sent, without the value itself, which may be a secret.
        expected: operand of the rule (type names, enum values, limit, missing member), for reports.
        basis: "document", "http" or the id of a position; see `Contract.basis`.
        sent: the value sent, as short JSON; empty if none was sent, "***" for a credential.
    """

    location: Location
    rule: str
    message: str
    expected: Any = None
    basis: str = DOCUMENT
    sent: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the violation in Prism's format, without the value sent."""
        return {
            "location": ["request", *self.location],
            "severity": "Error",
            "code": self.rule,
            "message": self.message,
        }


def header_value(violations: Iterable[Violation], journal_id: str) -> str:
    """Return the value of the `sl-violations` header: ASCII JSON of at most `HEADER_LIMIT` bytes.

    Args:
        violations: all violations, in order.
        journal_id: journal entry with the full list, named if the list does not fit.
    """
    remaining = list(violations)
    room = HEADER_LIMIT - 2
    kept: list[str] = []
    for number, violation in enumerate(remaining):
        entry = _ascii(violation.as_json())
        left = len(remaining) - number
        rest = _ascii(
            {
                "location": ["request"],
                "severity": "Information",
                "code": "more",
                "message": f"{left} more violations, see journal entry {journal_id}",
            }
        )
        fits_with_rest = len(entry) + 1 + len(rest) <= room
        is_last_and_fits = left == 1 and len(entry) <= room
        if not (fits_with_rest or is_last_and_fits):
            kept.append(rest)
            break
        kept.append(entry)
        room -= len(entry) + 1
    return f"[{','.join(kept)}]"


def type_name(value: Any) -> str:
    """Return the JSON Schema type name of a Python value."""
    return "null" if value is None else _TYPE_NAMES.get(type(value), type(value).__name__)


def _ascii(value: Any) -> str:
    text = orjson.dumps(value).decode()
    if text.isascii() and _DELETE not in text:
        return text
    return "".join(c if c.isascii() and c != _DELETE else _escape(c) for c in text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
