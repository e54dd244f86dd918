"""Records, found by key and by indexed members."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.state.clock import Clock
from crm_mocks.state.records import RecordKind, Records, as_written
from crm_mocks.state.seeded_values import SeededValues
from crm_mocks.state.session import Session
from crm_mocks.state.store import MemoryStore

KINDS = {"people": RecordKind("people", "id", {"email": str.lower, "city": as_written})}


def run(scenario: Callable[[Records], Awaitable[Any]]) -> Any:
    async def with_records() -> Any:
        return await scenario(Records(MemoryStore(), "v", KINDS))

    return asyncio.run(with_records())


def test_a_record_is_found_by_any_indexed_member() -> None:
    async def scenario(records: Records) -> None:
        ada = {"id": 1, "email": "Ada@Example.com", "city": "London"}
        await records.put("people", ada)
        assert await records.find("people", "id", 1) == [ada]
        assert await records.find("people", "email", "aDA@example.COM") == [ada]
        assert await records.find("people", "city", "london") == []

    run(scenario)


def test_several_records_may_share_an_indexed_value() -> None:
    async def scenario(records: Records) -> None:
        for number in (1, 2):
            await records.put("people", {"id": number, "city": "Paris"})
        assert [each["id"] for each in await records.find("people", "city", "Paris")] == [1, 2]

    run(scenario)


def test_a_replaced_record_is_no_longer_found_by_its_old_value() -> None:
    async def scenario(records: Records) -> None:
        await records.put("people", {"id": 1, "city": "Paris"})
        await records.put("people", {"id": 1, "city": "Rome"})
        assert await records.find("people", "city", "Paris") == []
        assert await records.count("people") == 1

    run(scenario)


def test_put_if_absent_leaves_the_first_and_its_index() -> None:
    async def scenario(records: Records) -> None:
        assert await records.put_if_absent("people", {"id": 1, "city": "Paris"})
        assert not await records.put_if_absent("people", {"id": 1, "city": "Rome"})
        assert await records.find("people", "city", "Rome") == []

    run(scenario)


def test_deleted_records_are_not_found() -> None:
    async def scenario(records: Records) -> None:
        await records.put("people", {"id": 1, "city": "Paris"})
        assert await records.delete("people", 1)
        assert not await records.delete("people", 1)
        assert await records.find("people", "city", "Paris") == []
        await records.put("people", {"id": 2, "city": "Paris"})
        await records.clear("people")
        assert await records.find("people", "city", "Paris") == await records.all("people") == []

    run(scenario)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda records: records.put("people", {"name": "no key"}),
        lambda records: records.put("planets", {"id": 1}),
        lambda records: records.find("people", "name", "x"),
    ],
)
def test_errors_name_the_valid_kinds_and_members(wrong: Callable[[Records], Awaitable[Any]]) -> None:
    with pytest.raises(UsageError):
        run(wrong)


def test_beyond_the_cap_the_oldest_added_record_and_its_index_are_removed() -> None:
    async def scenario() -> None:
        store = MemoryStore()
        records = Records(store, "v", KINDS, cap=2)
        for number in range(5):
            await records.put("people", {"id": number, "email": f"{number}@x.org", "city": "Paris"})
        assert [each["id"] for each in await records.all("people")] == [3, 4]
        assert [each["id"] for each in await records.find("people", "city", "Paris")] == [3, 4]
        assert await records.find("people", "email", "2@x.org") == []
        assert store.members("v/people#email", "2@x.org") == []

    asyncio.run(scenario())


def test_starting_records_are_never_removed() -> None:
    async def scenario() -> None:
        records = Records(MemoryStore(), "v", KINDS, cap=2)
        records.seeding = True
        for name in "abc":
            await records.put("people", {"id": name})
        records.seeding = False
        for number in range(9):
            assert await records.put_if_absent("people", {"id": number})
        await records.put("people", {"id": "a", "city": "Rome"})
        assert [each["id"] for each in await records.all("people")] == ["a", "b", "c", 7, 8]

    asyncio.run(scenario())


def test_replaced_and_deleted_records_do_not_count_towards_the_cap() -> None:
    async def scenario() -> None:
        records = Records(MemoryStore(), "v", KINDS, cap=2)
        for number in (1, 2, 1, 2):
            await records.put("people", {"id": number})
        assert await records.count("people") == 2
        await records.delete("people", 1)
        await records.put("people", {"id": 3})
        await records.put("people", {"id": 1})
        assert [each["id"] for each in await records.all("people")] == [3, 1]
        await records.clear("people")
        for number in (4, 5, 6):
            await records.put("people", {"id": number})
        assert [each["id"] for each in await records.all("people")] == [5, 6]

    asyncio.run(scenario())


def test_removal_of_records_is_logged_once_per_kind(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        records = Records(MemoryStore(), "v", {**KINDS, "pets": RecordKind("pets", "id")}, cap=1)
        for number in range(4):
            await records.put("people", {"id": number})
            await records.put("pets", {"id": number})

    asyncio.run(scenario())
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == ["v.people", "v.pets"]


def test_a_store_that_is_full_does_not_grow() -> None:
    async def scenario() -> None:
        records = Records(MemoryStore(), "v", KINDS, cap=200)

        async def add(numbers: range) -> int:
            for number in numbers:
                await records.put("people", {"id": number, "email": f"{number:09}@x.org", "city": f"c{number % 3}"})
            return tracemalloc.get_traced_memory()[0]

        tracemalloc.start()
        try:
            full = await add(range(1000))
            assert await add(range(1000, 6000)) < full * 1.1 + 4096
        finally:
            tracemalloc.stop()

    asyncio.run(scenario())


def test_a_dry_run_removes_nothing() -> None:
    async def scenario() -> None:
        session = Session("s", {}, SeededValues(1, "s"), Clock(), {"v": KINDS}, nothing, records_cap=1)
        await (await session.records("v")).put("people", {"id": 1})
        dry_run = await session.dry_run("v")
        await dry_run.put("people", {"id": 2})
        assert await dry_run.count("people") == 2
        assert await (await session.records("v")).count("people") == 1

    async def nothing(_session: Session, _vendor: str) -> None:
        return

    asyncio.run(scenario())


def test_an_added_record_takes_the_memory_of_its_json() -> None:
    lead = {"id": 0, "people": [{"name": f"somebody {number}", "tags": ["a", "b"]} for number in range(20)]}

    async def scenario(records: Records) -> int:
        tracemalloc.start()
        try:
            for number in range(500):
                await records.put("people", {**lead, "id": number})
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    assert run(scenario) < 500 * (len(json.dumps(lead)) + 500)


@pytest.mark.parametrize("value", [2**70, "\ud800", {1: 2}, 1.5, None, {"a": [{}]}])
def test_a_record_is_read_back_unchanged(value: Any) -> None:
    record = {"id": 1, "value": value}

    async def scenario(records: Records) -> Any:
        await records.put("people", record)
        return await records.get("people", 1)

    assert run(scenario) == record


def test_find_and_without_respect_the_limit() -> None:
    async def scenario(records: Records) -> None:
        for number in range(5):
            await records.put("people", {"id": number, "city": "Paris"})
        await records.put("people", {"id": 9})
        assert [each["id"] for each in await records.find("people", "city", "Paris", 2)] == [0, 1]
        assert [each["id"] for each in await records.without("people", "city")] == [9]

    run(scenario)


def test_a_record_keeps_its_place_until_the_member_changes() -> None:
    async def scenario(records: Records) -> None:
        for number in range(3):
            await records.put("people", {"id": number, "city": "Paris"})
        await records.put("people", {"id": 0, "city": "Paris", "email": "a@example.com"})
        await records.put("people", {"id": 1, "city": None})
        assert [each["id"] for each in await records.find("people", "city", "Paris")] == [0, 2]
        assert [each["id"] for each in await records.without("people", "city")] == [1]

    run(scenario)


@pytest.mark.parametrize("has_own_seeds", [True, False])
def test_starting_records_are_packed_unless_sessions_share_them(has_own_seeds: bool) -> None:
    async def stored() -> tuple[object, object]:
        kinds = {"people": RecordKind("people", "id", has_own_seeds=has_own_seeds)}
        records = Records(MemoryStore(), "v", kinds)
        ada = {"id": 1, "name": "Ada" * 1_000}
        records.seeding = True
        await records.put("people", ada)
        assert await records.get("people", 1) == ada
        ((_, packed),) = await records.items("people")
        return packed, ada

    packed, ada = asyncio.run(stored())
    assert (packed is ada) is not has_own_seeds
    assert isinstance(packed, dict) is not has_own_seeds
