"""Searches with the same query share what they have counted in a long journal."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from crm_mocks.admin.journal_query import JournalQuery
from crm_mocks.state.journal import _PAGE_ENTRIES, Journal
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.journal_entry import JournalEntry
from tests.state.exchanges import exchange

QUERY = JournalQuery(status=404)
LENGTH = 20 * _PAGE_ENTRIES


class Searched:
    """The journal of a session, and how often each of its exchanges has been examined."""

    def __init__(self, budget: JournalBudget | None = None) -> None:
        self.journal = Journal(budget)
        self.examined: Counter[int] = Counter()
        session = SimpleNamespace(name="default", journal=self.journal)
        self._mock_app: Any = SimpleNamespace(sessions=SimpleNamespace(find=lambda _: session))

    def fill(self, count: int, **fields: Any) -> None:
        for _ in range(count):
            self.journal.append(exchange(self.journal.next_number(), **{"status": 201, **fields}))

    async def count(self, query: JournalQuery = QUERY) -> int:
        return await (await query.search(self._mock_app)).count()

    def counted(self, query: JournalQuery = QUERY) -> int:
        return asyncio.run(self.count(query))


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> Searched:
    """A journal that is searched."""
    made = Searched()
    matches = JournalQuery.matches

    def noted(self: JournalQuery, entry: JournalEntry) -> bool:
        made.examined[entry.number] += 1
        return matches(self, entry)

    monkeypatch.setattr(JournalQuery, "matches", noted)
    return made


def test_searches_at_once_examine_each_exchange_once(searched: Searched) -> None:
    searched.fill(LENGTH)

    async def together() -> list[int]:
        return await asyncio.gather(*(searched.count() for _ in range(50)))

    assert asyncio.run(together()) == [0] * 50
    assert set(searched.examined.values()) == {1}
    assert len(searched.examined) == LENGTH


def test_a_later_search_examines_what_is_new(searched: Searched) -> None:
    searched.fill(LENGTH)
    searched.counted()
    searched.examined.clear()
    searched.fill(1, status=404)
    assert searched.counted() == 1
    assert list(searched.examined) == [LENGTH + 1]


def test_searches_at_once_in_one_event_loop_after_another_are_counted(searched: Searched) -> None:
    async def together() -> list[int]:
        return await asyncio.gather(*(searched.count() for _ in range(3)))

    searched.fill(LENGTH)
    asyncio.run(together())
    searched.fill(1, status=404)
    assert asyncio.run(together()) == [1] * 3


def test_another_query_is_counted_by_itself(searched: Searched) -> None:
    searched.fill(LENGTH)
    assert (searched.counted(), searched.counted(JournalQuery(status=201))) == (0, LENGTH)


def test_a_search_that_is_cancelled_leaves_the_rest_to_the_next(searched: Searched) -> None:
    searched.fill(LENGTH)
    searched.fill(1, status=404)

    async def scenario() -> int:
        abandoned, other = (asyncio.ensure_future(searched.count()) for _ in range(2))
        for _ in range(10):  # turns, each of about a page
            await asyncio.sleep(0)
        assert 0 < len(searched.examined) < LENGTH
        abandoned.cancel()
        return await other

    assert asyncio.run(scenario()) == 1
    assert sum(searched.examined.values()) < LENGTH + 2 * _PAGE_ENTRIES


def test_counts_are_right_while_exchanges_move_to_the_file_and_are_discarded() -> None:
    rng = Random(1)
    searched = Searched(JournalBudget(400_000, 300_000))
    for _ in range(60):
        searched.fill(rng.randrange(60), status=rng.choice((201, 404)), response_body=b"x" * rng.randrange(600))
        if rng.random() < 0.05:
            searched.journal.clear()
        kept = list(searched.journal.entries(QUERY.matches))
        assert searched.counted() == len(kept)
        if kept:
            middle = kept[len(kept) // 2].number
            later = JournalQuery(status=404, after=middle)
            assert searched.counted(later) == sum(entry.number > middle for entry in kept)
    assert searched.journal.blocks
