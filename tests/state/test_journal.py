"""The journal: exchanges in memory, in the file, and discarded ones."""

from __future__ import annotations

import gc
import os
import stat
import tracemalloc
from pathlib import Path
from random import Random
from typing import Any

import pytest

from crm_mocks.contract import Notice
from crm_mocks.state.journal import Journal, JournalEntry
from crm_mocks.state.journal_budget import JournalBudget
from crm_mocks.state.spill_file import RETRY_SECONDS
from crm_mocks.violations import Violation
from tests.state.exchanges import exchange, mixed

FILES = Path("/proc/self/fd")
SMALL = 16 * 1024
MANY = 1024 * 1024


def filled(journal: Journal, number: int, **fields: Any) -> list[JournalEntry]:
    entries = [exchange(each, **fields) for each in range(1, number + 1)]
    for entry in entries:
        journal.append(entry)
    return entries


def test_exchanges_in_the_file_are_read_back_unchanged() -> None:
    journal = Journal(JournalBudget(SMALL, MANY))
    random = Random(1)
    entries = [mixed(number, random) for number in range(500)]
    for entry in entries:
        journal.append(entry)
    assert 0 < journal.in_memory < 60
    assert list(journal.entries()) == entries


ODD = [
    {"path": "/\ud800", "query": "\udfff"},
    {
        "violations": [
            Violation(("body", 0, "a"), "maximum", "x", 2**70),
            Violation(("body",), "enum", "x", ["a", None]),
        ]
    },
    {"notices": [Notice("undocumented", ("body", "é\x00"), "x")]},
    {"request_body": bytes(range(256)), "response_body": b"\xff\n[]"},
    {"request_body": b"x" * 300_000},
    {"request_headers": [("x", bytes(range(128, 256)).decode("latin-1"))], "response_headers": []},
    {"fault": "RANDOM_DATA_THEN_CLOSE", "response_defects": ["status 9 is not documented"], "milliseconds": 1e9},
]


@pytest.mark.parametrize("fields", ODD, ids=lambda fields: next(iter(fields)))
def test_unusual_exchanges_are_read_back_unchanged(fields: dict[str, Any]) -> None:
    journal = Journal(JournalBudget(700, MANY))
    entries = [exchange(1, **fields), exchange(2)]
    for entry in entries:
        journal.append(entry)
    assert journal.in_memory == 1
    assert list(journal.entries()) == entries


def test_the_newest_exchange_stays_in_memory_whatever_its_size() -> None:
    journal = Journal(JournalBudget(100, 0))
    entries = filled(journal, 3, response_body=b"x" * 1000)
    assert list(journal.entries()) == entries[-1:]


def test_without_a_file_the_oldest_exchanges_are_discarded() -> None:
    journal = Journal(JournalBudget(SMALL, 0))
    entries = filled(journal, 500)
    kept = list(journal.entries())
    assert 10 < len(kept) < 60
    assert kept == entries[-len(kept) :]


def test_a_full_file_discards_its_oldest_exchanges() -> None:
    journal = Journal(JournalBudget(SMALL, 100_000))
    entries = filled(journal, 3000)
    kept = list(journal.entries())
    assert journal.in_memory + 50 < len(kept) < 400
    assert kept == entries[-len(kept) :]


def test_exchanges_of_all_sizes_keep_their_order_in_a_full_file() -> None:
    random = Random(2)
    budget = JournalBudget(SMALL, 200_000)
    journals = [Journal(budget) for _ in range(5)]
    appended: list[list[JournalEntry]] = [[] for _ in journals]
    for number in range(4000):
        chosen = min(random.randrange(9), 4)
        appended[chosen].append(exchange(number, str(chosen), request_body=b"x" * random.choice([0, 9, 900, 40_000])))
        journals[chosen].append(appended[chosen][-1])
        if number % 500 == 499:
            for journal, entries in zip(journals, appended, strict=True):
                kept = list(journal.entries())
                assert kept == entries[len(entries) - len(kept) :]
                assert all(
                    page.min_number <= entry.number <= page.max_number
                    for page in journal.pages()
                    for entry in page.read()
                )
            assert sum(block.length for journal in journals for block in journal.blocks) <= 200_000


def test_journals_share_the_memory_budget() -> None:
    budget = JournalBudget(SMALL, MANY)
    journals = [Journal(budget) for _ in range(10)]
    for number in range(30):
        for journal in journals:
            journal.append(exchange(number))
    assert budget.bytes <= SMALL
    assert [len(list(journal.entries())) for journal in journals] == [30] * 10


def test_reading_continues_while_exchanges_move_and_are_discarded() -> None:
    journal = Journal(JournalBudget(SMALL, 100_000))
    filled(journal, 300)
    reading = journal.entries()
    first = next(reading).number
    for number in range(301, 3000):
        journal.append(exchange(number))
    rest = [entry.number for entry in reading]
    assert rest == sorted(rest)
    assert rest[0] > first
    assert rest[-1] == 300


def test_clearing_a_journal_discards_its_exchanges_in_the_file() -> None:
    budget = JournalBudget(SMALL, MANY)
    journal, other = Journal(budget), Journal(budget)
    filled(journal, 300)
    others = filled(other, 300)
    journal.clear()
    assert list(journal.entries()) == []
    assert list(other.entries()) == others
    entries = filled(journal, 300)
    assert list(journal.entries()) == entries
    journal.clear()
    other.clear()
    assert budget.bytes == 0


def test_a_closed_journal_ignores_exchanges() -> None:
    budget = JournalBudget(SMALL, MANY)
    journal = Journal(budget)
    filled(journal, 300)
    journal.close()
    journal.append(exchange(301))
    assert list(journal.entries()) == []
    assert budget.bytes == 0


@pytest.mark.skipif(not FILES.exists(), reason="no list of open files")
def test_the_file_is_private_nameless_and_closed_with_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def opened() -> set[str]:
        return {each.name for each in FILES.iterdir() if os.path.realpath(each).startswith(str(tmp_path))}

    journal = Journal(JournalBudget(SMALL, MANY))
    filled(journal, 20)
    assert not opened(), "it comes into being when first needed"
    filled(journal, 300)
    (descriptor,) = opened()
    assert stat.S_IMODE(os.fstat(int(descriptor)).st_mode) == 0o600
    assert list(tmp_path.iterdir()) == []
    del journal
    gc.collect()
    assert not opened()


def test_a_full_disk_discards_the_oldest_exchanges_and_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(**_: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    journal = Journal(JournalBudget(SMALL, MANY))
    entries = filled(journal, 500)
    kept = list(journal.entries())
    assert kept == entries[-len(kept) :]
    assert len(caplog.records) == 1
    assert "No space left" in caplog.text


def test_exchanges_are_written_again_once_the_disk_has_room(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1_000.0
    monkeypatch.setattr("crm_mocks.state.spill_file.time.monotonic", lambda: now)
    journal = Journal(JournalBudget(SMALL, MANY))
    with monkeypatch.context() as full:
        full.setattr("tempfile.TemporaryFile", lambda **_: os.open("/dev/full/x", os.O_RDONLY))
        filled(journal, 300)
    filled(journal, 300)
    assert not journal.blocks
    now += RETRY_SECONDS
    filled(journal, 300)
    assert journal.blocks
    assert [record.getMessage().partition(" (")[0] for record in caplog.records] == [
        "cannot write the journal to disk",
        "the journal is written to disk again",
    ]


def test_memory_stays_flat_once_the_cap_is_reached(figures: Any) -> None:
    cap = MANY // 2
    journal = Journal(JournalBudget(cap, 16 * MANY))
    random = Random(3)
    marks = []
    tracemalloc.start()
    try:
        for number in range(1, 10_001):
            journal.append(mixed(number, random))
            if number % 2000 == 0:
                gc.collect()
                marks.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    figures(f"journal capped at {cap:,} bytes: memory after each 2,000 of 10,000 exchanges: {marks}")
    assert sum(1 for _ in journal.entries()) == 10_000
    assert marks[0] < cap * 1.1
    assert max(marks) < marks[0] * 1.1


@pytest.mark.parametrize("later", [0, 20, 300])
def test_pages_that_hold_nothing_are_read_where_their_exchanges_have_moved_to(later: int) -> None:
    journal = Journal(JournalBudget(4 * SMALL, MANY))
    entries = filled(journal, 300)
    assert 128 < journal.in_memory < 300
    pages = journal.pages(held=False)
    for number in range(301, 301 + later):
        journal.append(exchange(number))
    assert [entry for page in pages for entry in page.read()] == entries
    assert sum(page.count for page in pages) == 300


def test_pages_that_hold_nothing_keep_no_exchange_in_memory() -> None:
    journal = Journal(JournalBudget(SMALL, spill_bytes=0))
    filled(journal, 300)
    pages = journal.pages(held=False)
    for number in range(301, 601):
        journal.append(exchange(number))
    assert [entry for page in pages for entry in page.read()] == []


def test_pages_that_hold_nothing_have_no_exchange_of_a_cleared_journal() -> None:
    journal = Journal(JournalBudget(MANY, MANY))
    filled(journal, 100)
    pages = journal.pages(held=False)
    journal.clear()
    filled(journal, 100)
    assert [entry for page in pages for entry in page.read()] == []
