"""The mocks' own journal is read as the exchanges that it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contracts.judge.exchange import Exchange, Part
from tests.conftest import Api
from tests.recordings.reading import as_json


def read_journal(toy: Api, file: Path) -> list[Exchange]:
    return as_json(file, toy.get("/__admin/requests").json())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.json"


def test_an_entry_is_the_exchange_that_it_records(toy: Api, file: Path) -> None:
    answer = toy.post("/toy/contacts?dry=1", json={"name": "Köln"})
    [found] = read_journal(toy, file)
    assert (found.method, found.url, found.request_body) == ("POST", "/toy/contacts?dry=1", '{"name":"Köln"}'.encode())
    assert (found.status, found.response_body) == (answer.status_code, answer.content)
    assert (found.at, found.ordered, found.missing_parts) == ("2026-01-31T12:00:00+00:00", False, ())


def test_an_ordered_answer_says_nothing_about_the_provider(toy: Api, file: Path) -> None:
    toy.post("/toy/contacts", json={"name": "a"}, headers={"Prefer": "code=400"})
    assert read_journal(toy, file)[0].ordered


def test_a_body_that_the_journal_has_cut_is_unknown(toy: Api, file: Path) -> None:
    toy.post("/toy/contacts", json={"name": "a" * 70_000})
    assert Part.REQUEST_BODY in read_journal(toy, file)[0].missing_parts


def test_a_body_that_is_no_text_is_unknown(toy: Api, file: Path) -> None:
    toy.post("/toy/contacts", content=b"\xff\xfe", headers={"content-type": "application/json"})
    assert Part.REQUEST_BODY in read_journal(toy, file)[0].missing_parts
