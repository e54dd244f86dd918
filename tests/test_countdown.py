"""Time limits that do not count what the process is held up."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from crm_mocks import countdown as module
from crm_mocks.countdown import WAIT_SECONDS, Countdown


def moments(monkeypatch: pytest.MonkeyPatch, *seconds: float) -> None:
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=itertools.chain(seconds).__next__))


def test_time_that_is_waited_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    moments(monkeypatch, 100.0, 100.5, 100.75)
    countdown = Countdown(1.0)
    assert [countdown.left(), countdown.left()] == [0.5, 0.25]


def test_a_hold_up_counts_as_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    moments(monkeypatch, 100.0, 5_000.0)
    assert Countdown(10.0).left() == 10.0 - WAIT_SECONDS


def test_after_a_hold_up_there_is_time_to_read_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    moments(monkeypatch, 100.0, 5_000.0, 5_000.5)
    countdown = Countdown(0.1)
    assert countdown.left() > 0
    assert countdown.left() < 0


def test_where_each_wait_is_held_up_the_time_is_up_nevertheless(monkeypatch: pytest.MonkeyPatch) -> None:
    moments(monkeypatch, *range(0, 1_000, 2))
    countdown = Countdown(0.1)
    assert min(countdown.left() for _ in range(100)) < 0
