"""Encode journal entries as compact bytes; decoding them never executes code, unlike pickle."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

import orjson

from crm_mocks.contract import Notice
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.violations import Violation

_ENCODED: Final = (
    "raw_headers",
    "request_body",
    "response_headers",
    "response_body",
    "violations",
    "notices",
    "redaction",
)
"""Fields that need an encoding of their own; `redaction` is applied before encoding and not stored."""
_PLAIN_FIELDS: Final = tuple(each.name for each in fields(JournalEntry) if each.name not in _ENCODED)
"""Fields that JSON represents as they are: strings, numbers, lists of strings."""

_plain_values: Final = attrgetter(*_PLAIN_FIELDS)


def encode_entries(entries: Iterable[JournalEntry]) -> tuple[bytes, int]:
    """Return the encoded entries and the length of their head, the part before the bodies.

    Credentials are redacted in the entries first.
    """
    heads: list[tuple[Any, ...]] = []
    bodies: list[bytes] = []
    for entry in entries:
        entry.redact()  # files must not contain credentials
        heads.append(_head(entry))
        bodies += (entry.request_body, entry.response_body)
    try:
        head = orjson.dumps(heads, default=str)
    except TypeError:  # lone surrogates, or integers of more than 64 bits
        head = json.dumps(heads, default=str).encode("ascii")
    return b"".join((head, *bodies)), len(head)


def decode_entries(data: bytes, head_length: int) -> list[JournalEntry]:
    """Return the entries that `encode_entries` encoded.

    Args:
        data: encoded entries.
        head_length: length of their head in bytes.
    """
    try:
        heads = orjson.loads(data[:head_length])
    except orjson.JSONDecodeError:  # written by the standard library instead
        heads = json.loads(data[:head_length])
    entries = []
    offset = head_length
    for plain, raw_headers, response_headers, violations, notices, lengths in heads:
        middle = offset + lengths[0]
        end = middle + lengths[1]
        entries.append(
            JournalEntry(
                **dict(zip(_PLAIN_FIELDS, plain, strict=True)),
                raw_headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in raw_headers],
                request_body=data[offset:middle],
                response_headers=[(name, value) for name, value in response_headers],
                response_body=data[middle:end],
                violations=[Violation(tuple(location), *rest) for location, *rest in violations],
                notices=[Notice(kind, tuple(location), message) for kind, location, message in notices],
            )
        )
        offset = end
    return entries


def _head(entry: JournalEntry) -> tuple[Any, ...]:
    return (
        _plain_values(entry),
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.raw_headers],
        entry.response_headers,
        [(each.location, each.rule, each.message, each.expected, each.basis, each.sent) for each in entry.violations],
        [(each.kind, each.location, each.message) for each in entry.notices],
        (len(entry.request_body), len(entry.response_body)),
    )
