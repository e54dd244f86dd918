"""Retries before Retry-After has elapsed in recorded traffic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.retry_pacing import RetryPacing
from tests.judge.conftest import GOOD

OPERATION = "toy.createContact"
BUSY = replace(
    GOOD, status=429, response_headers=(("Retry-After", "2"),), at="2026-01-31T12:00:00.100+00:00", milliseconds=100.0
)
OTHER = replace(GOOD, request_body=b'{"email": "bob@example.com"}')


def judged(*exchanges: Exchange) -> list[str]:
    """Return the rules broken and the messages of notices, all in one list."""
    pacing, found = RetryPacing(), list[str]()
    for each in exchanges:
        violations, notices = pacing.judge(OPERATION, each)
        found += [*(violation.rule for violation in violations), *(notice.message for notice in notices)]
    return found


def at(moment: str, exchange: Exchange = GOOD) -> Exchange:
    return replace(exchange, at=f"2026-01-31T{moment}+00:00")


@pytest.mark.parametrize(
    ("second", "rules"),
    [
        (at("12:00:01.500"), ["retryAfter"]),
        (at("12:00:00.201"), ["retryAfter"]),
        (at("12:00:02.190"), []),
        (at("12:00:03.000"), []),
        (at("12:00:00.210", OTHER), []),
        (at("12:00:00.600", OTHER), ["retryAfter"]),
        (at("12:00:00.150"), []),
        (replace(GOOD, at=""), []),
    ],
    ids=["early", "at once", "within tolerance", "late", "under way", "another lead", "overlapping", "time unknown"],
)
def test_a_request_that_is_sent_before_retry_after_has_elapsed_is_a_violation(
    second: Exchange, rules: list[str]
) -> None:
    assert judged(BUSY, second) == rules


def test_the_spacing_without_retry_after_is_a_notice() -> None:
    unavailable = replace(BUSY, status=503, response_headers=())
    assert judged(unavailable, at("12:00:00.700")) == ["sent again 0.5 s after a 503 without Retry-After"]
    assert judged(unavailable, at("12:00:00.700", OTHER)) == []


def test_times_in_whole_seconds_are_not_taken_for_exact() -> None:
    coarse = replace(BUSY, at="2026-01-31T12:00:00+00:00", milliseconds=None)
    assert judged(coarse, at("12:00:01")) == []
    assert judged(replace(coarse, response_headers=(("Retry-After", "30"),)), at("12:00:01")) == ["retryAfter"]


def test_a_clock_that_stands_still_says_nothing() -> None:
    frozen = replace(BUSY, milliseconds=0.0)
    assert judged(frozen, replace(GOOD, at=frozen.at)) == []


@pytest.mark.parametrize("milliseconds", [1e300, float("inf"), 9.9e14])
def test_a_response_that_took_longer_than_time_lasts_is_judged(milliseconds: float) -> None:
    assert judged(replace(BUSY, milliseconds=milliseconds, at="9999-12-31T23:59:59+00:00"), at("12:00:01")) == []
