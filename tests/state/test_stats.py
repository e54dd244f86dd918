"""Statistics are exact, whatever the journal has discarded."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from crm_mocks.contract import Notice
from crm_mocks.state.journal import Journal, JournalEntry
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.stats import OTHERS, Occurrences, SessionStats, place_of
from crm_mocks.violations import Violation
from tests.conftest import Api
from tests.state.exchanges import exchange, mixed

MANY = 50_000


class ByHand:
    """The expected statistics, computed independently."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[Any]] = {}
        self.firsts: dict[Any, str] = {}

    def count(self, entry: JournalEntry) -> None:
        state = "broken" if entry.violations or (not entry.operation and entry.status >= 400) else ""
        how = (entry.vendor, entry.operation, entry.status, entry.outcome, entry.chosen_by, entry.fault, state)
        self.one("exchanges", how, entry)
        for each in entry.violations:
            place = tuple("*" if isinstance(part, int) else part for part in each.location)
            key = (entry.vendor, entry.operation, each.rule, place, entry.status, entry.outcome, each.basis)
            self.one("violations", key, entry)
        for notice in entry.notices:
            place = tuple("*" if isinstance(part, int) else part for part in notice.location)
            self.one("notices", (entry.vendor, entry.operation, notice.kind, place), entry)
        if not entry.operation and entry.status >= 400:
            self.one("unmatched", (entry.vendor, entry.method, entry.path), entry)

    def one(self, table: str, key: Any, entry: JournalEntry) -> None:
        self.counts.setdefault(table, Counter())[key] += 1
        self.firsts.setdefault((table, key), entry.id)


def test_counts_of_many_exchanges_equal_an_independent_count(figures: Any) -> None:
    journal = Journal(JournalBudget(256 * 1024, 1024 * 1024))
    random = Random(4)
    by_hand = ByHand()
    for number in range(1, MANY + 1):
        entry = mixed(number, random)
        journal.append(entry)
        by_hand.count(entry)
    kept = sum(1 for _ in journal.entries())
    assert kept < MANY / 10, "nearly all are discarded"
    for table in ("exchanges", "violations", "notices", "unmatched"):
        seen: dict[Any, Occurrences] = getattr(journal.stats, table)
        assert {key: each.count for key, each in seen.items()} == by_hand.counts[table]
        assert {key: each.first for key, each in seen.items()} == {
            key: first for (name, key), first in by_hand.firsts.items() if name == table
        }
    figures(f"statistics of {MANY:,} exchanges, of which the journal still has {kept:,}: exact in all tables")


def test_the_first_occurrence_keeps_its_entry_and_time() -> None:
    stats = SessionStats()
    for number in (7, 8):
        stats.count(exchange(number, at=f"2026-01-31T12:00:0{number}+00:00"))
    assert list(stats.exchanges.values()) == [Occurrences(2, "s-7", "2026-01-31T12:00:07+00:00")]


def test_invented_places_are_bounded_and_their_sum_is_exact() -> None:
    stats = SessionStats()
    for number in range(3000):
        name = f"member-{number}"
        stats.count(
            exchange(
                number,
                violations=[Violation(("body", name), "type", "x")],
                notices=[Notice("undocumented", ("body", name), "x")],
                response_defects=[name],
            )
        )
        stats.count(exchange(number, operation="", status=404, path=f"/{name}", method=f"M{number}"))
    for table, most in (("violations", 1001), ("notices", 1001), ("unmatched", 201), ("defects", 1001)):
        seen = getattr(stats, table)
        assert len(seen) == most
        assert sum(each.count for each in seen.values()) == 3000
    assert {key.place: seen.count for key, seen in stats.violations.items()}[OTHERS] == 2000


def test_known_places_are_still_counted_after_many_invented_ones() -> None:
    stats = SessionStats()
    known = [Violation(("body", "email"), "format", "x")]
    for number in range(1500):
        made_up = [Violation(("body", f"member-{number}"), "type", "x")]
        stats.count(exchange(number, violations=[*known, *made_up]))
    assert {key.place: seen.count for key, seen in stats.violations.items()}["body", "email"] == 1500


def test_long_paths_are_truncated() -> None:
    stats = SessionStats()
    stats.count(exchange(1, operation="", status=404, path="/" + "x" * 9000))
    (key,) = stats.unmatched
    assert len(key.path) == 200


def test_array_indexes_are_counted_as_one_place() -> None:
    assert place_of(("body", 0, "phones", 12, "number")) == ("body", "*", "phones", "*", "number")


def test_members_and_enum_values_of_requests_are_recorded(toy: Api) -> None:
    stats = toy.app.mock_app.sessions.get("default").journal.stats
    assert stats.seen_members("toy.createContact") == {}
    toy.post("/toy/contacts", json={"email": "ada@example.com", "unknown": 1})
    assert stats.seen_members("toy.createContact") == {("body", "email"): frozenset()}
    toy.post("/toy/contacts", json={"born": 5})
    assert set(stats.seen_members("toy.createContact")) == {("body", "email"), ("body", "born")}


def test_packed_coverage_is_shared_and_grows(toy: Api) -> None:
    sessions = toy.app.mock_app.sessions
    for name in ("one", "two"):
        toy.post(f"/~{name}/toy/contacts", json={"email": "ada@example.com"})
        sessions.close(name)
    one, two = (sessions.find(name).journal.stats for name in ("one", "two"))
    assert one._packed is two._packed
    assert one.seen_members("toy.createContact") == {("body", "email"): frozenset()}
    toy.post("/~one/toy/contacts", json={"born": 5})
    sessions.close("one")
    assert set(one.seen_members("toy.createContact")) == {("body", "email"), ("body", "born")}
    assert set(two.seen_members("toy.createContact")) == {("body", "email")}


def test_a_reset_session_counts_from_zero(toy: Api) -> None:
    toy.post("/toy/contacts", json={"email": "ada@example.com"})
    sessions = toy.app.mock_app.sessions
    before = sessions.get("default").journal
    sessions.reset("default")
    assert not before.stats.exchanges
    assert not sessions.get("default").journal.stats.exchanges
