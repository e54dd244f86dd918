"""The memory store, and the dry run overlay."""

from __future__ import annotations

import gc
from collections.abc import Callable
from random import Random

import pytest

from crm_mocks.state.store import DryRunStore, MemoryStore, Store

MAKERS: list[Callable[[], Store]] = [MemoryStore, lambda: DryRunStore(MemoryStore())]
both = pytest.mark.parametrize("make", MAKERS, ids=["memory", "dry-run"])


@both
def test_a_value_is_read_back(make: Callable[[], Store]) -> None:
    store = make()
    store.put("t", "k", 1)
    assert store.get("t", "k") == 1
    assert store.get("t", "other") is None
    assert store.get("other", "k") is None


@both
def test_put_if_absent_keeps_the_first_value(make: Callable[[], Store]) -> None:
    store = make()
    assert store.put_if_absent("t", "k", 1)
    assert not store.put_if_absent("t", "k", 2)
    assert store.get("t", "k") == 1


@both
def test_update_starts_from_none(make: Callable[[], Store]) -> None:
    store = make()
    assert [store.update("t", "k", lambda value: (value or 0) + 2) for _ in range(2)] == [2, 4]


@both
def test_deleted_and_cleared_values_are_gone(make: Callable[[], Store]) -> None:
    store = make()
    for key in "abc":
        store.put("t", key, key)
    assert store.delete("t", "a")
    assert not store.delete("t", "a")
    assert (store.items("t"), store.count("t")) == ([("b", "b"), ("c", "c")], 2)
    store.clear("t")
    assert store.items("t") == []


@both
def test_a_counter_counts_from_one(make: Callable[[], Store]) -> None:
    store = make()
    assert [store.increment("c") for _ in range(3)] == [1, 2, 3]


@both
def test_a_group_keeps_insertion_order(make: Callable[[], Store]) -> None:
    store = make()
    for member in "cabc":
        store.add("t", "k", member)
    assert store.members("t", "k") == ["c", "a", "b"]
    store.discard("t", "k", "a")
    assert store.members("t", "k") == ["c", "b"]
    store.clear("t")
    assert store.members("t", "k") == []


@both
def test_members_keep_their_order_whatever_is_done(make: Callable[[], Store]) -> None:
    random = Random(1)
    store, expected = make(), list[str]()
    for step in range(5_000):
        name = str(random.randrange(30))
        if random.randrange(2):
            store.add("t", "k", name)
            expected += [name] if name not in expected else []
        else:
            store.discard("t", "k", name)
            expected = [each for each in expected if each != name]
        assert store.members("t", "k") == expected, step


def test_the_garbage_collector_does_not_traverse_the_members() -> None:
    store = MemoryStore()
    for number in range(1000):
        store.add("t", "k", f"member {number}")
    gc.collect()
    assert not gc.is_tracked(store._groups["t"]["k"])


def test_the_oldest_key_beyond_a_limit_is_found_whatever_was_done() -> None:
    random = Random(1)
    store, expected = MemoryStore(), [f"kept {number}" for number in range(3)]
    for key in expected:
        store.put("t", key, 0)
        store.add("kept", "k", key)
    for step in range(5_000):
        key = str(random.randrange(600))
        if random.randrange(3):
            store.put("t", key, step)
            expected += [key] if key not in expected else []
        elif key in expected:
            store.delete("t", key)
            expected.remove(key)
        oldest = store.oldest_beyond(300, "t", ("kept", "k"))
        assert oldest == (expected[3] if len(expected) - 3 > 300 else None), step
        if oldest is not None:
            store.delete("t", oldest)
            expected.remove(oldest)


def test_a_dry_run_does_not_change_groups() -> None:
    real = MemoryStore()
    for member in "ab":
        real.add("t", "k", member)
    dry_run = DryRunStore(real)
    dry_run.discard("t", "k", "a")
    dry_run.add("t", "k", "c")
    assert dry_run.members("t", "k") == ["b", "c"]
    dry_run.clear("t")
    assert dry_run.members("t", "k") == []
    assert real.members("t", "k") == ["a", "b"]


def test_a_claim_lasts_until_released() -> None:
    store = MemoryStore()
    assert store.claim("n")
    assert not store.claim("n")
    store.release("n")
    assert store.claim("n")


def test_a_dry_run_reads_through_and_writes_nothing() -> None:
    real = MemoryStore()
    real.put("t", "k", 1)
    real.put("t", "gone", 1)
    real.increment("c")
    dry_run = DryRunStore(real)
    assert dry_run.get("t", "k") == 1
    dry_run.put("t", "k", 2)
    dry_run.put("t", "new", 3)
    dry_run.delete("t", "gone")
    dry_run.increment("c")
    assert dict(dry_run.items("t")) == {"k": 2, "new": 3}
    assert dict(real.items("t")) == {"k": 1, "gone": 1}
    assert real.increment("c") == 2


def test_a_dry_run_respects_claims_and_takes_none() -> None:
    real = MemoryStore()
    dry_run = DryRunStore(real)
    assert dry_run.claim("n")
    assert real.claim("n")
    assert not dry_run.claim("n")
