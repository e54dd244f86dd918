"""Moving a session's clock."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin.conftest import Control, refused


def test_set_freezes_the_clock(control: Control) -> None:
    answer = control.post("clock", {"session": "late", "set": "2030-06-01T10:00:00+02:00"}).json()
    assert answer == {"session": "late", "now": "2030-06-01T08:00:00+00:00"}
    assert control.create(session="late").headers["date"] == "Sat, 01 Jun 2030 08:00:00 GMT"


def test_advance_moves_the_clock(control: Control) -> None:
    assert control.post("clock", {"advance_seconds": 90.5}).json()["now"] == "2026-01-31T12:01:30.500000+00:00"
    assert control.post("clock", {"advance_seconds": -90}).json()["now"] == "2026-01-31T12:00:00.500000+00:00"


def test_other_sessions_are_not_affected(control: Control) -> None:
    control.post("clock", {"session": "late", "set": "2030-06-01"})
    assert control.create().headers["date"] == "Sat, 31 Jan 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    "body",
    [
        {},
        None,
        {"session": "x"},
        {"set": "2030-01-01", "advance_seconds": 1},
        {"set": "soon"},
        {"set": 5},
        {"set": []},
        {"set": "9999-12-31"},
        {"set": "0001-01-01T00:00:00+14:00"},
        {"advance_seconds": "5"},
        {"advance_seconds": True},
        {"advance_seconds": 1e300},
        {"advance_seconds": 10**18},
        {"advance_seconds": -(10**12)},
        {"advance_seconds": 1, "sesion": "x"},
        {"session": 5, "advance_seconds": 1},
    ],
)
def test_invalid_times_are_rejected_and_change_nothing(control: Control, body: Any) -> None:
    refused(control.post("clock", body))
    assert control.create().headers["date"] == "Sat, 31 Jan 2026 12:00:00 GMT"
