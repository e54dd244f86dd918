"""Headers that are sent."""

from __future__ import annotations

import pytest

from crm_contracts.providers.verify.encoding import in_latin_1


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("a\xe9", b"a\xe9"),
        ("\u20ac", b"\xe2\x82\xac"),
        ("\U0008a9be", b"\xf2\x8a\xa6\xbe"),
        ("\ud800", b"\xed\xa0\x80"),
    ],
)
def test_a_header_that_latin_1_cannot_write_is_sent_as_utf_8(text, sent):
    assert in_latin_1({"X-Name": text})["X-Name"].encode("latin-1") == sent


def test_it_is_sent_without_control_characters():
    assert in_latin_1({"X-Name": "\x18\u20ac\x7f"})["X-Name"].encode("latin-1") == b"\xe2\x82\xac"


def test_a_value_that_is_no_text_stays():
    assert in_latin_1({"X-Name": 7}) == {"X-Name": 7}
