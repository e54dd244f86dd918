"""Entries of the journal as bytes: compact, and nothing that runs when it is read."""

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

_APART: Final = ("raw_headers", "request_body", "answer_headers", "answer_body", "violations", "notices", "redaction")
"""Fields that have a form of their own. The redaction is carried out before, and not stored."""
_PLAIN: Final = tuple(each.name for each in fields(JournalEntry) if each.name not in _APART)
"""Fields that JSON holds as they are: texts, numbers, lists of texts."""

_plain: Final = attrgetter(*_PLAIN)


def encode_entries(entries: Iterable[JournalEntry]) -> tuple[bytes, int]:
    """Return entries as bytes, and how many of these are the head: all but the bodies, which stand behind it.

    Credentials are struck out of the entries before.
    """
    heads: list[tuple[Any, ...]] = []
    bodies: list[bytes] = []
    for entry in entries:
        entry.strike()  # no file holds credentials
        heads.append(_head(entry))
        bodies += (entry.request_body, entry.answer_body)
    try:
        head = orjson.dumps(heads, default=str)
    except TypeError:  # texts that are no Unicode, numbers of many digits
        head = json.dumps(heads, default=str).encode("ascii")
    return b"".join((head, *bodies)), len(head)


def decode_entries(data: bytes, head_length: int) -> list[JournalEntry]:
    """Return the entries that `encode_entries` was given.

    Args:
        data: all bytes.
        head_length: how many of them are the head.
    """
    try:
        heads = orjson.loads(data[:head_length])
    except orjson.JSONDecodeError:  # what orjson did not write
        heads = json.loads(data[:head_length])
    entries = []
    place = head_length
    for plain, raw_headers, answer_headers, violations, notices, lengths in heads:
        middle = place + lengths[0]
        end = middle + lengths[1]
        entries.append(
            JournalEntry(
                **dict(zip(_PLAIN, plain, strict=True)),
                raw_headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in raw_headers],
                request_body=data[place:middle],
                answer_headers=[(name, value) for name, value in answer_headers],
                answer_body=data[middle:end],
                violations=[Violation(tuple(location), *rest) for location, *rest in violations],
                notices=[Notice(kind, tuple(location), message) for kind, location, message in notices],
            )
        )
        place = end
    return entries


def _head(entry: JournalEntry) -> tuple[Any, ...]:
    return (
        _plain(entry),
        [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.raw_headers],
        entry.answer_headers,
        [(each.location, each.rule, each.message, each.expected, each.basis, each.sent) for each in entry.violations],
        [(each.kind, each.location, each.message) for each in entry.notices],
        (len(entry.request_body), len(entry.answer_body)),
    )
