"""A client that ignores Retry-After breaks the contract."""

from __future__ import annotations

import re

import pytest

from crm_mocks.state.clock import Clock, parse_moment
from crm_mocks.state.retry_after import RetryAfterTracker, SentRequest
from tests.conftest import NOW, Api

OPERATION = "toy.createContact"


def busy(toy: Api, retry_after: str, status: int = 429, **more: object) -> None:
    answer = {"operation": OPERATION, "status": status, "headers": {"Retry-After": retry_after}, **more}
    assert toy.post("/__admin/responses", json=answer).status_code == 201


def create(toy: Api, name: str = "ada") -> None:
    toy.post("/toy/contacts", json={"email": f"{name}@example.com"})


def rules(toy: Api) -> list[list[str]]:
    return [[each.rule for each in entry.violations] for entry in toy.entries()]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["30", "Sat, 31 Jan 2026 12:00:30 GMT"])
def test_retrying_too_early_is_a_violation(toy: Api, status: int, value: str) -> None:
    busy(toy, value, status)
    create(toy)
    create(toy)
    assert rules(toy) == [[], ["retryAfter"]]
    [violation] = toy.entries()[1].violations
    assert violation.location == ("header", "retry-after")
    assert violation.message == "retried before the 30 s of Retry-After had elapsed"


def test_every_early_retry_is_a_violation(toy: Api) -> None:
    busy(toy, "30")
    for _ in range(3):
        create(toy)
    assert rules(toy) == [[], ["retryAfter"], ["retryAfter"]]


def test_advancing_the_clock_satisfies_retry_after(toy: Api) -> None:
    busy(toy, "3600")
    create(toy)
    toy.post("/__admin/clock", json={"advance_seconds": 3600})
    create(toy)
    assert rules(toy) == [[], []]


@pytest.mark.parametrize("value", ["", "0", "soon", "-5", "9" * 400, "Sat, 31 Jan 2026 11:00:00 GMT", "Sat, 99 Foo"])
def test_invalid_values_are_ignored(toy: Api, value: str) -> None:
    busy(toy, value)
    create(toy)
    create(toy)
    assert rules(toy) == [[], []]


def test_retry_after_of_other_statuses_is_ignored(toy: Api) -> None:
    busy(toy, "30", 201)
    create(toy)
    create(toy)
    assert rules(toy) == [[], []]


def test_retry_after_of_a_response_that_never_arrived_is_ignored(toy: Api) -> None:
    busy(toy, "30", fault="EMPTY_RESPONSE")
    create(toy)
    create(toy)
    assert rules(toy) == [[], []]


def test_other_sessions_are_not_affected(toy: Api) -> None:
    busy(toy, "30")
    create(toy)
    toy.post("/~other/toy/contacts", json={"email": "ada@example.com"})
    assert toy.entries("other")[0].violations == []


def test_responses_do_not_depend_on_early_retries(toy: Api) -> None:
    busy(toy, "30")
    create(toy)
    response = toy.post("/toy/contacts", json={"email": "ada@example.com"})
    assert response.status_code == 201
    assert "sl-violations" not in response.headers


def test_the_spacing_of_a_retry_without_retry_after_is_a_notice(toy: Api) -> None:
    busy(toy, "")
    create(toy)
    create(toy)
    create(toy)
    first, second, third = toy.entries()
    assert not first.notices
    [notice] = second.notices
    assert notice.kind == "retry"
    assert re.fullmatch(r"sent again [0-9.]+ s after a 429 without Retry-After", notice.message)
    assert not third.notices
    assert rules(toy) == [[], [], []]


class Ticking:
    """A tracker at a time that the test advances."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.tracker = RetryAfterTracker(Clock(parse_moment(NOW)), lambda: self.seconds)

    def is_early(self, request: SentRequest) -> bool:
        return self.tracker.violation(request) is not None


BUSY = [("Retry-After", "10")]


def test_waiting_satisfies_retry_after() -> None:
    at = Ticking()
    at.tracker.record(SentRequest("a.create"), 429, BUSY)
    at.seconds += 9.9
    assert at.is_early(SentRequest("a.create"))
    at.seconds += 0.06  # within the tolerance
    assert not at.is_early(SentRequest("a.create"))
    assert not at.tracker.periods


def test_operations_are_tracked_separately() -> None:
    at = Ticking()
    at.tracker.record(SentRequest("a.create"), 429, BUSY)
    assert not at.is_early(SentRequest("a.read"))
    assert at.is_early(SentRequest("a.create"))


def test_another_request_counts_on_the_same_connection_or_when_none_can_be_under_way() -> None:
    at = Ticking()
    at.tracker.record(SentRequest("a.create", content=1, connection=5), 429, BUSY)
    assert not at.is_early(SentRequest("a.create", content=2, connection=6))
    assert at.is_early(SentRequest("a.create", content=2, connection=5))
    at.seconds += 0.3
    assert at.is_early(SentRequest("a.create", content=2, connection=6))
