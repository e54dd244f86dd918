"""Each session belongs to one worker, in each process and run the same."""

from __future__ import annotations

from collections import Counter

from crm_mocks.workers.ownership import owner_of


def test_the_default_session_belongs_to_the_first_worker() -> None:
    assert {owner_of("default", workers) for workers in range(1, 65)} == {0}


def test_a_name_always_has_the_same_owner() -> None:
    assert [owner_of(name, 3) for name in ("checkout", "session-1", "test_a", "ü")] == [0, 1, 0, 1]


def test_names_spread_over_all_workers() -> None:
    counts = Counter(owner_of(f"tests/test_shop.py::test_{number}", 4) for number in range(1000))
    assert set(counts) == {0, 1, 2, 3}
    assert min(counts.values()) > 200
