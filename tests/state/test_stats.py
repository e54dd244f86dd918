"""The tally is exact, whatever the journal has given up."""

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
    """What a tally must say, counted the long way."""

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


def test_counts_of_many_exchanges_are_those_counted_by_hand(figures: Any) -> None:
    journal = Journal(JournalBudget(256 * 1024, 1024 * 1024))
    random = Random(4)
    by_hand = ByHand()
    for number in range(1, MANY + 1):
        entry = mixed(number, random)
        journal.append(entry)
        by_hand.count(entry)
    kept = sum(1 for _ in journal.entries())
    assert kept < MANY / 10, "nearly all have been given up"
    for table in ("exchanges", "violations", "notices", "unmatched"):
        seen: dict[Any, Occurrences] = getattr(journal.stats, table)
        assert {key: each.count for key, each in seen.items()} == by_hand.counts[table]
        assert {key: each.first for key, each in seen.items()} == {
            key: first for (name, key), first in by_hand.firsts.items() if name == table
        }
    figures(f"tally of {MANY:,} exchanges, of which the journal still has {kept:,}: exact in all tables")


def test_a_first_occurrence_has_its_entry_and_time() -> None:
    tally = SessionStats()
    for number in (7, 8):
        tally.count(exchange(number, at=f"2026-01-31T12:00:0{number}+00:00"))
    assert list(tally.exchanges.values()) == [Occurrences(2, "s-7", "2026-01-31T12:00:07+00:00")]


def test_places_that_clients_make_up_are_bounded_and_their_sum_is_exact() -> None:
    tally = SessionStats()
    for number in range(3000):
        name = f"member-{number}"
        tally.count(
            exchange(
                number,
                violations=[Violation(("body", name), "type", "x")],
                notices=[Notice("undocumented", ("body", name), "x")],
                answer_faults=[name],
            )
        )
        tally.count(exchange(number, operation="", status=404, path=f"/{name}", method=f"M{number}"))
    for table, most in (("violations", 1001), ("notices", 1001), ("unmatched", 201), ("defects", 1001)):
        seen = getattr(tally, table)
        assert len(seen) == most
        assert sum(each.count for each in seen.values()) == 3000
    assert {key.place: seen.count for key, seen in tally.violations.items()}[OTHERS] == 2000


def test_known_places_are_told_apart_however_many_were_made_up_since() -> None:
    tally = SessionStats()
    known = [Violation(("body", "email"), "format", "x")]
    for number in range(1500):
        made_up = [Violation(("body", f"member-{number}"), "type", "x")]
        tally.count(exchange(number, violations=[*known, *made_up]))
    assert {key.place: seen.count for key, seen in tally.violations.items()}["body", "email"] == 1500


def test_long_paths_are_cut() -> None:
    tally = SessionStats()
    tally.count(exchange(1, operation="", status=404, path="/" + "x" * 9000))
    (key,) = tally.unmatched
    assert len(key.path) == 200


def test_indexes_of_arrays_are_one_place() -> None:
    assert place_of(("body", 0, "phones", 12, "number")) == ("body", "*", "phones", "*", "number")


def test_members_and_enum_values_of_requests_are_seen(toy: Api) -> None:
    tally = toy.app.mock_app.sessions.get("default").journal.stats
    assert tally.members("toy.createContact") == {}
    toy.post("/toy/contacts", json={"email": "ada@example.com", "unknown": 1})
    assert tally.members("toy.createContact") == {("body", "email"): frozenset()}
    toy.post("/toy/contacts", json={"born": 5})
    assert set(tally.members("toy.createContact")) == {("body", "email"), ("body", "born")}


def test_a_reset_session_counts_from_nothing(toy: Api) -> None:
    toy.post("/toy/contacts", json={"email": "ada@example.com"})
    sessions = toy.app.mock_app.sessions
    before = sessions.get("default").journal
    sessions.reset("default")
    assert not before.stats.exchanges
    assert not sessions.get("default").journal.stats.exchanges
