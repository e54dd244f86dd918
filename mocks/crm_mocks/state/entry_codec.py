"""Encode journal entries as bytes; decoding them never executes code, unlike pickle.

The journal keeps bytes rather than objects: they take a third of the memory, move to the file as they are, and the
garbage collector does not traverse them.
"""

from __future__ import annotations

import json
from operator import attrgetter
from struct import Struct
from typing import Any, Final

import orjson

from crm_mocks.contract import Notice
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.violations import Violation

_ENCODED: Final = (
    "request_headers",
    "request_body",
    "response_headers",
    "response_body",
    "violations",
    "notices",
)
"""Fields that need an encoding of their own."""
_PLAIN_FIELDS: Final = tuple(name for name in JournalEntry.__struct_fields__ if name not in _ENCODED)
"""Fields that JSON represents as they are: strings, numbers, lists of strings."""

_plain_values: Final = attrgetter(*_PLAIN_FIELDS)
_LENGTHS: Final = Struct("<III")
"""Lengths of an entry's parts, in this order: fields as JSON, request body, response body."""


def encode_entry(entry: JournalEntry) -> bytes:
    """Return an entry as bytes."""
    violations: list[Any] = []
    notices: list[Any] = []
    if entry.violations:  # rare, as notices are: most entries are spared the comprehensions
        violations = [
            (each.location, each.rule, each.message, each.expected, each.basis, each.sent) for each in entry.violations
        ]
    if entry.notices:
        notices = [(each.kind, each.location, each.message) for each in entry.notices]
    fields = _plain_values(entry), entry.request_headers, entry.response_headers, violations, notices
    try:
        head = orjson.dumps(fields, default=str)
    except TypeError:  # lone surrogates, or integers of more than 64 bits
        head = json.dumps(fields, default=str).encode("ascii")
    request, response = entry.request_body, entry.response_body
    return b"".join((_LENGTHS.pack(len(head), len(request), len(response)), head, request, response))


def decode_entries(data: bytes) -> list[JournalEntry]:
    """Return the entries whose encoded bytes follow each other."""
    entries = []
    end = 0
    while end < len(data):
        start = end + _LENGTHS.size
        head_length, request_length, response_length = _LENGTHS.unpack_from(data, end)
        request = start + head_length
        response = request + request_length
        end = response + response_length
        entries.append(_entry(data[start:request], data[request:response], data[response:end]))
    if end != len(data):
        raise ValueError("the last entry is cut off")
    return entries


def _entry(head: bytes, request_body: bytes, response_body: bytes) -> JournalEntry:
    try:
        fields = orjson.loads(head)
    except orjson.JSONDecodeError:  # written by the standard library instead
        fields = json.loads(head)
    plain, request_headers, response_headers, violations, notices = fields
    return JournalEntry(
        **dict(zip(_PLAIN_FIELDS, plain, strict=True)),
        request_headers=[(name, value) for name, value in request_headers],
        request_body=request_body,
        response_headers=[(name, value) for name, value in response_headers],
        response_body=response_body,
        violations=[Violation(tuple(location), *rest) for location, *rest in violations],
        notices=[Notice(kind, tuple(location), message) for kind, location, message in notices],
    )
