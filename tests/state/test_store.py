"""The memory store, and the dry run overlay."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from crm_mocks.state.store import DryRunStore, MemoryStore, Store

MAKERS: list[Callable[[], Store]] = [MemoryStore, lambda: DryRunStore(MemoryStore())]
both = pytest.mark.parametrize("make", MAKERS, ids=["memory", "dry-run"])


@both
def test_a_value_is_read_back(make: Callable[[], Store]) -> None:
    async def scenario() -> None:
        store = make()
        await store.put("t", "k", 1)
        assert await store.get("t", "k") == 1
        assert await store.get("t", "other") is None
        assert await store.get("other", "k") is None

    asyncio.run(scenario())


@both
def test_put_if_absent_keeps_the_first_value(make: Callable[[], Store]) -> None:
    async def scenario() -> None:
        store = make()
        assert await store.put_if_absent("t", "k", 1)
        assert not await store.put_if_absent("t", "k", 2)
        assert await store.get("t", "k") == 1

    asyncio.run(scenario())


@both
def test_update_starts_from_none(make: Callable[[], Store]) -> None:
    async def scenario() -> None:
        store = make()
        assert [await store.update("t", "k", lambda value: (value or 0) + 2) for _ in range(2)] == [2, 4]

    asyncio.run(scenario())


@both
def test_deleted_and_cleared_values_are_gone(make: Callable[[], Store]) -> None:
    async def scenario() -> None:
        store = make()
        for key in "abc":
            await store.put("t", key, key)
        assert await store.delete("t", "a")
        assert not await store.delete("t", "a")
        assert (await store.items("t"), await store.count("t")) == ([("b", "b"), ("c", "c")], 2)
        await store.clear("t")
        assert await store.items("t") == []

    asyncio.run(scenario())


@both
def test_a_counter_counts_from_one(make: Callable[[], Store]) -> None:
    async def scenario() -> None:
        store = make()
        assert [await store.increment("c") for _ in range(3)] == [1, 2, 3]

    asyncio.run(scenario())


@both
def test_a_group_keeps_insertion_order(make: Callable[[], Store]) -> None:
    async def scenario() -> None:
        store = make()
        assert [await store.add("t", "k", member) for member in "cabc"] == [1, 2, 3, 3]
        await store.discard("t", "k", "a")
        assert await store.members("t", "k") == ["c", "b"]
        assert [await store.take_oldest("t", "k") for _ in range(3)] == ["c", "b", None]
        await store.add("t", "k", "d")
        await store.clear("t")
        assert await store.members("t", "k") == []

    asyncio.run(scenario())


def test_a_dry_run_does_not_change_groups() -> None:
    async def scenario() -> None:
        real = MemoryStore()
        for member in "ab":
            await real.add("t", "k", member)
        dry_run = DryRunStore(real)
        assert await dry_run.take_oldest("t", "k") == "a"
        await dry_run.add("t", "k", "c")
        assert await dry_run.members("t", "k") == ["b", "c"]
        await dry_run.clear("t")
        assert await dry_run.members("t", "k") == []
        assert await real.members("t", "k") == ["a", "b"]

    asyncio.run(scenario())


def test_a_claim_lasts_until_released() -> None:
    async def scenario() -> None:
        store = MemoryStore()
        assert await store.claim("n")
        assert not await store.claim("n")
        await store.release("n")
        assert await store.claim("n")

    asyncio.run(scenario())


def test_a_dry_run_reads_through_and_writes_nothing() -> None:
    async def scenario() -> None:
        real = MemoryStore()
        await real.put("t", "k", 1)
        await real.put("t", "gone", 1)
        await real.increment("c")
        dry_run = DryRunStore(real)
        assert await dry_run.get("t", "k") == 1
        await dry_run.put("t", "k", 2)
        await dry_run.put("t", "new", 3)
        await dry_run.delete("t", "gone")
        await dry_run.increment("c")
        assert dict(await dry_run.items("t")) == {"k": 2, "new": 3}
        assert dict(await real.items("t")) == {"k": 1, "gone": 1}
        assert await real.increment("c") == 2

    asyncio.run(scenario())


def test_a_dry_run_respects_claims_and_takes_none() -> None:
    async def scenario() -> None:
        real = MemoryStore()
        dry_run = DryRunStore(real)
        assert await dry_run.claim("n")
        assert await real.claim("n")
        assert not await dry_run.claim("n")

    asyncio.run(scenario())
