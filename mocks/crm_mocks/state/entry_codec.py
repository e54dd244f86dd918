"""Encode journal entries as bytes; decoding them never executes code, unlike pickle.

The journal keeps bytes rather than objects: they take a third of the memory, move to the file as they are, and the
garbage collector does not traverse them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from struct import Struct
from typing import Any, Final

import msgspec
import orjson
from msgspec.structs import astuple

from crm_mocks.contract import Notice
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.violations import Violation

_FIELDS: Final = JournalEntry.__struct_fields__
_VIOLATIONS, _NOTICES = _FIELDS.index("violations"), _FIELDS.index("notices")
_BODIES: Final = (_FIELDS.index("request_body"), _FIELDS.index("response_body"))

_LENGTH: Final = Struct("<I")
"""Length of an entry, which precedes it."""

_encode: Final = msgspec.msgpack.Encoder(enc_hook=str).encode
_decode: Final = msgspec.msgpack.Decoder().decode


def encode_entry(entry: JournalEntry) -> bytes:
    """Return an entry as bytes: its fields as MessagePack, those that it cannot represent as JSON in bytes."""
    fields: Sequence[Any] = astuple(entry)
    if entry.violations or entry.notices:  # rare
        fields = list(fields)
        fields[_VIOLATIONS] = _json(
            [
                (each.location, each.rule, each.message, each.expected, each.basis, each.sent)
                for each in entry.violations
            ]
        )
        fields[_NOTICES] = _json([(each.kind, each.location, each.message) for each in entry.notices])
    try:
        encoded = _encode(fields)
    except (OverflowError, UnicodeError):  # lone surrogates, or integers of more than 64 bits
        encoded = _encode([field if isinstance(field, bytes) else _json(field) for field in fields])
    return _LENGTH.pack(len(encoded)) + encoded


def decode_entries(data: bytes) -> list[JournalEntry]:
    """Return the entries whose encoded bytes follow each other.

    Raises:
        msgspec.DecodeError: they are cut off, or no entries.
    """
    entries = []
    end = 0
    while end < len(data):
        start = end + _LENGTH.size
        (length,) = _LENGTH.unpack_from(data, end)
        end = start + length
        entries.append(_entry(data[start:end]))
    return entries


def _entry(encoded: bytes) -> JournalEntry:
    values = _decode(encoded)
    values = [
        _value(value) if isinstance(value, bytes) and number not in _BODIES else value
        for number, value in enumerate(values)
    ]
    entry = JournalEntry(*values)
    entry.request_headers = [(name, value) for name, value in entry.request_headers]
    entry.response_headers = [(name, value) for name, value in entry.response_headers]
    entry.violations = [Violation(tuple(location), *rest) for location, *rest in values[_VIOLATIONS]]
    entry.notices = [Notice(kind, tuple(location), message) for kind, location, message in values[_NOTICES]]
    return entry


def _json(value: Any) -> bytes:
    try:
        return orjson.dumps(value, default=str)
    except TypeError:  # lone surrogates, or integers of more than 64 bits
        return json.dumps(value, default=str).encode("ascii")


def _value(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:  # written by the standard library instead
        return json.loads(raw)
