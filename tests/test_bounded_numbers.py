"""Numbers from outside are converted, or are none; no text of digits is an error."""

from __future__ import annotations

import pytest

from crm_mocks.bounded_numbers import json_integer, parse_digits


@pytest.mark.parametrize("text", ["", "\u00b2", "\u0663", "1_0", " 1", "+1", "-1", "1.0", "9" * 19, "0" * 5000])
def test_a_text_that_is_not_a_few_ascii_digits_is_no_number(text: str) -> None:
    assert parse_digits(text) is None


def test_ascii_digits_are_a_whole_number() -> None:
    assert parse_digits("0120") == 120


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-9223372036854775808", -(2**63)),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", 2.0**64),
        ("+00000000000000000000000012", 12),
        ("-" + "0" * 5000 + "3", -3),
        ("1" + "0" * 300, 1e300),
        ("1" + "0" * 400, None),
        ("9" * 5000, None),
    ],
)
def test_an_integer_beyond_64_bits_is_a_float_or_none(text: str, number: float | None) -> None:
    assert json_integer(text) == number
    assert type(json_integer(text)) is type(number)
