"""The mocks' journal is read as the recorded exchanges."""

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


def test_an_entry_is_read_as_its_exchange(toy: Api, file: Path) -> None:
    response = toy.post("/toy/contacts?dry=1", json={"name": "Köln"})
    [read] = read_journal(toy, file)
    assert (read.method, read.url, read.request_body) == ("POST", "/toy/contacts?dry=1", '{"name":"Köln"}'.encode())
    assert (read.status, read.response_body) == (response.status_code, response.content)
    assert (read.at, read.ordered, read.missing_parts) == ("2026-01-31T12:00:00+00:00", False, ())


def test_an_ordered_response_is_marked(toy: Api, file: Path) -> None:
    toy.post("/toy/contacts", json={"name": "a"}, headers={"Prefer": "code=400"})
    assert read_journal(toy, file)[0].ordered


def test_a_truncated_body_is_missing(toy: Api, file: Path) -> None:
    toy.post("/toy/contacts", json={"name": "a" * 70_000})
    assert Part.REQUEST_BODY in read_journal(toy, file)[0].missing_parts


def test_a_body_that_is_not_text_is_missing(toy: Api, file: Path) -> None:
    toy.post("/toy/contacts", content=b"\xff\xfe", headers={"content-type": "application/json"})
    assert Part.REQUEST_BODY in read_journal(toy, file)[0].missing_parts
