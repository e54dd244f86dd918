"""Violations of a contract: where in the request, which rule, in words that a person understands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson

from crm_mocks.basis import DOCUMENT

HEADER: Final = "sl-violations"
"""Prism's name for the header that lists violations; clients and tools know it."""

HEADER_LIMIT: Final = 4096
"""Bytes that the header may take: Node refuses more than 16 KB of headers in all."""

_DELETE: Final = "\x7f"
"""The one control character that JSON does not escape; it may not stand in a header."""

_TYPE_NAMES: Final = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a request breaks.

    Attributes:
        location: path to the place, beginning with `body`, `query`, `header`, `path`, `method` or `security`.
        rule: the keyword of the contract (`required`, `type`, `enum`, …) or the name of a vendor's rule.
        message: what was expected there and what came, without the value itself, which may be a secret.
        expected: the rule's operand (type names, enum values, limit, missing member), for reports.
        basis: what the rule rests on: "document", "http" or the id of a position; see `Contract.basis`.
        sent: the value that came, as short JSON; empty where nothing came, "***" in place of a credential.
    """

    location: tuple[str | int, ...]
    rule: str
    message: str
    expected: Any = None
    basis: str = DOCUMENT
    sent: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return Prism's form of the violation, without the value that came."""
        return {
            "location": ["request", *self.location],
            "severity": "Error",
            "code": self.rule,
            "message": self.message,
        }


def header_value(violations: Iterable[Violation], journal_id: str) -> str:
    """Return the value of the `sl-violations` header: ASCII JSON of at most `HEADER_LIMIT` bytes.

    Args:
        violations: all violations, in the order found.
        journal_id: where the full list stands when it does not fit.
    """
    found = list(violations)
    room = HEADER_LIMIT - 2
    kept: list[str] = []
    for number, violation in enumerate(found):
        entry = _ascii(violation.as_json())
        left = len(found) - number
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
    """Return the JSON type of a Python value, in JSON Schema's words."""
    return "null" if value is None else _TYPE_NAMES.get(type(value), type(value).__name__)


def _ascii(value: Any) -> str:
    text = orjson.dumps(value).decode()
    if text.isascii() and _DELETE not in text:
        return text
    return "".join(c if c.isascii() and c != _DELETE else _escape(c) for c in text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
