"""Work that takes too much processor time is stopped; the rest is done."""

from __future__ import annotations

from contextlib import suppress
from itertools import count

import pytest

from crm_contracts.providers.verify.preparation_limit import PreparationLimit


def endless() -> None:
    for _ in count():
        pass


def test_work_without_an_end_is_stopped() -> None:
    assert not PreparationLimit(0.01).attempt(endless)


def test_work_after_work_that_was_stopped_is_done() -> None:
    limit = PreparationLimit(0.01)
    limit.attempt(endless)
    done: list[int] = []

    limit.seconds = 60
    assert limit.attempt(lambda: done.append(1))
    assert done == [1]


def test_work_that_handles_errors_of_its_own_is_stopped_too() -> None:
    def stubborn() -> None:
        for _ in count():
            with suppress(Exception):
                endless()

    assert not PreparationLimit(0.01).attempt(stubborn)


def test_an_error_of_the_work_is_its_own() -> None:
    def failing() -> None:
        raise ValueError("no such case")

    with pytest.raises(ValueError, match="no such case"):
        PreparationLimit(60).attempt(failing)


def test_a_request_is_sent_to_its_end_before_the_work_is_stopped() -> None:
    limit = PreparationLimit(0.05)
    sent: list[int] = []

    def send() -> None:
        with limit.paused():
            total = 0
            for number in range(3_000_000):
                total += number
            sent.append(total)
        endless()

    assert not limit.attempt(send)
    assert len(sent) == 1
