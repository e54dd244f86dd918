"""The Retry-After header: seconds or a date; anything else is ignored."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crm_mocks.parsing.retry_after import MAX_SECONDS, retry_after, seconds

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("999999999999999999999", MAX_SECONDS),
        ("Sat, 31 Jan 2026 12:00:30 GMT", 30),
        ("Sat, 31 Jan 2026 13:00:30 +0100", 30),
        ("Sat, 31 Jan 2026 11:59:00 GMT", 0),
        ("Sat, 31 Jan 9999 12:00:00 GMT", MAX_SECONDS),
    ],
)
def test_seconds_and_dates_are_read(value: str, expected: int) -> None:
    assert seconds(value, NOW) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "-5",
        "1.5",
        "1e3",
        "٣",
        "１２",
        "1" * 65,
        "Sat, 31 Jan 99999 12:00:00 GMT",
        "Sat, 99 Jan 2026",
        "\x00",
    ],
)
def test_an_invalid_value_is_no_wait(value: str) -> None:
    assert seconds(value, NOW) == 0


def test_the_header_name_is_case_insensitive() -> None:
    assert retry_after([("content-type", "text/plain"), ("RETRY-AFTER", "7")], NOW) == 7
    assert retry_after([], NOW) == 0
