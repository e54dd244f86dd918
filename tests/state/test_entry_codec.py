"""Journal entries as bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from crm_mocks.contract import Notice
from crm_mocks.state.entry_codec import decode_entries, encode_entry
from crm_mocks.state.journal_entry import JournalEntry
from crm_mocks.violations import Violation
from tests.state.exchanges import exchange

NOTICE = Notice("deprecated", ("body", "phones", 0), "is old")


def violation(expected: Any) -> Violation:
    return Violation(("body", "phones", 0, "number"), "type", "is wrong", expected, sent="1")


ENTRIES = [
    exchange(1),
    exchange(2, request_body=b"[1]", response_body=bytes(range(256)), notices=[NOTICE]),
    exchange(3, violations=[violation(["string", None]), violation({"a": [1.5, True]})]),
    exchange(4, violations=[violation(2**70)], notices=[NOTICE]),
    exchange(5, path="/\ud800", request_body=b"[1]", violations=[violation("\udfff")], notices=[NOTICE]),
    exchange(6, request_headers=[("x", "\ud800")], response_defects=["is wrong"], refused=True),
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.number)
def test_an_entry_is_decoded_unchanged(entry: JournalEntry) -> None:
    assert decode_entries(encode_entry(entry)) == [entry]


def test_entries_may_follow_each_other() -> None:
    assert decode_entries(b"".join(map(encode_entry, ENTRIES))) == ENTRIES


@pytest.mark.parametrize(
    ("expected", "decoded"),
    [
        ({1: "one"}, {"1": "one"}),
        (b"secret", "b'secret'"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00"),
        (float("nan"), None),
    ],
)
def test_what_json_does_not_have_is_decoded_as_json(expected: object, decoded: object) -> None:
    (entry,) = decode_entries(encode_entry(exchange(1, violations=[violation(expected)])))
    assert entry.violations == [violation(decoded)]


def test_an_entry_that_is_cut_off_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_entries(encode_entry(exchange(1))[:-1])
