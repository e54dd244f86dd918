"""Records, found by key and by indexed members."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from crm_mocks.errors import UsageError
from crm_mocks.sessions.records import Kind, Records, as_written
from crm_mocks.sessions.store import MemoryStore

KINDS = {"people": Kind("people", "id", {"email": str.lower, "city": as_written})}


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
def test_wrong_use_says_what_there_is(wrong: Callable[[Records], Awaitable[Any]]) -> None:
    with pytest.raises(UsageError):
        run(wrong)
