"""Clock, seeded values and queue of a session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.state.clock import Clock, parse_moment
from crm_mocks.state.response_queue import QueuedResponse, ResponseQueue, matches
from crm_mocks.state.seeded_values import SeededValues

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_a_frozen_clock_stops_until_moved() -> None:
    clock = Clock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(90.5)
    assert clock.now() == NOON + timedelta(seconds=90.5)
    clock.set(NOON)
    assert clock.http_date() == "Sat, 31 Jan 2026 12:00:00 GMT"


def test_a_moved_system_clock_keeps_running() -> None:
    clock = Clock()
    clock.advance(3600)
    assert timedelta(minutes=59) < clock.now() - datetime.now(UTC) < timedelta(minutes=61)


@pytest.mark.parametrize("seconds", [1e30, -1e30, float("nan"), -3e9])
def test_the_clock_rejects_times_outside_its_range(seconds: float) -> None:
    with pytest.raises(UsageError):
        Clock(NOON).advance(seconds)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [("2026-01-31T12:00:00Z", NOON), ("2026-01-31T13:00:00+01:00", NOON), ("2026-01-31T12:00", NOON)],
)
def test_moments_are_parsed_with_and_without_zone(raw: str, moment: datetime) -> None:
    assert parse_moment(raw) == moment


@pytest.mark.parametrize("raw", ["yesterday", "", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_invalid_moments_are_rejected(raw: str) -> None:
    with pytest.raises(UsageError):
        parse_moment(raw)


def test_seeded_values_depend_only_on_seed_session_kind_and_ordinal() -> None:
    first, again = SeededValues(1, "s"), SeededValues(1, "s")
    again.uuid("other", 5)
    assert first.uuid("lead", 1) == again.uuid("lead", 1)
    others = {SeededValues(2, "s").uuid("lead", 1), SeededValues(1, "t").uuid("lead", 1), first.uuid("lead", 2)}
    assert len({first.uuid("lead", 1), first.uuid("contact", 1)} | others) == 5


def test_seeded_values_stay_within_bounds() -> None:
    seeded = SeededValues(1, "s")
    assert {seeded.integer("n", ordinal, 1, 3) for ordinal in range(50)} == {1, 2, 3}
    assert len(seeded.hex("h", 1, 31)) == 31


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 2, "d": 3}]}}, True),
        ({"a": None}, {}, False),
        ([1], [1, 2], False),
        (1, True, False),
        ({}, [], False),
    ],
)
def test_a_pattern_matches_values_that_contain_it(pattern: Any, value: Any, fits: bool) -> None:
    assert matches(pattern, value) is fits


def test_queued_responses_are_taken_in_order_and_counted() -> None:
    queue = ResponseQueue()
    queue.add(QueuedResponse("1", "v.o", status=500))
    queue.add(QueuedResponse("2", "v.o", status=429, times=None))
    taken = [queue.take("v.o", None) for _ in range(3)]
    assert [each.id for each in taken if each] == ["1", "2", "2"]
    assert [each.as_json()["used"] for each in queue.pending()] == [2]
    assert queue.take("v.other", None) is None


def test_the_time_as_text_is_that_of_the_clock() -> None:
    clock = Clock()
    before, text, after = clock.now(), clock.iso(), clock.now()
    assert before - timedelta(microseconds=1) <= datetime.fromisoformat(text) <= after
    clock.advance(3600)
    assert datetime.fromisoformat(clock.iso()) - after >= timedelta(hours=1)
    clock.set(datetime(2026, 1, 31, 12, tzinfo=UTC))
    assert clock.iso() == clock.now().isoformat() == "2026-01-31T12:00:00+00:00"


def test_the_time_as_text_has_no_fraction_at_a_whole_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    texts = []
    for seconds in (1_700_000_000.0, 1_700_000_000.0625, 1_700_000_001.000002):
        monkeypatch.setattr("crm_mocks.state.clock.time.time", lambda: seconds)  # noqa: B023  # read at once
        texts.append(clock.iso())
    assert texts == [
        "2023-11-14T22:13:20+00:00",
        "2023-11-14T22:13:20.062500+00:00",
        "2023-11-14T22:13:21.000001+00:00",
    ]
