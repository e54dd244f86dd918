"""The mocks' journal is read as the recorded exchanges."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_mocks.violations import Violation
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
    toy.post("/toy/contacts", json={"email": "a" * 70_000})
    assert Part.REQUEST_BODY in read_journal(toy, file)[0].missing_parts


def test_a_body_that_is_not_text_is_missing(toy: Api, file: Path) -> None:
    toy.post("/toy/contacts", content=b"\xff\xfe", headers={"content-type": "application/json"})
    assert Part.REQUEST_BODY in read_journal(toy, file)[0].missing_parts


def test_what_never_became_a_request_breaks_rules_of_http_only(toy: Api, file: Path) -> None:
    toy.get("/toy/contacts/1")
    [entry] = toy.get("/__admin/requests").json()["requests"]
    violation = {"location": ["request", "header", "host"], "code": "http", "message": "repeated", "basis": "http"}
    [read] = as_json(file, {"requests": [entry | {"chosen_by": "server", "violations": [violation]}]})
    assert read.rejections == (Violation(("header", "host"), "http", "repeated", basis="http"),)
    collector = Collector(ExchangeJudge(["config_api"], {}), "Recorded traffic")
    [finding] = collector.add(read)
    assert (finding.operation, finding.rule, finding.location) == ("", "http", ("header", "host"))
    assert collector.verdict().failing == collector.verdict().findings
    assert collector.verdict().faulty == 1


def test_bytes_that_ended_early_break_nothing(toy: Api, file: Path) -> None:
    toy.get("/toy/contacts/1")
    [entry] = toy.get("/__admin/requests").json()["requests"]
    [read] = as_json(file, {"requests": [entry | {"chosen_by": "server", "violations": []}]})
    collector = Collector(ExchangeJudge(["config_api"], {}), "Recorded traffic")
    assert collector.add(read) == []
    assert "ended before the request was complete" in collector.verdict().unread[0]


def test_a_stub_of_a_path_of_no_contract_breaks_nothing(toy: Api, file: Path) -> None:
    stub = {"method": "GET", "path": "/toy/unknown", "status": 404}
    toy.post("/__admin/responses", json=stub).raise_for_status()
    toy.get("/toy/unknown")
    [entry] = toy.get("/__admin/requests").json()["requests"]
    path = {"request": {**entry["request"], "path": "/v1/leads/unknown"}}  # below the paths of the vendor
    for chosen_by, broken in (("queue", 0), ("mock", 1)):
        [read] = as_json(file, {"requests": [entry | path | {"chosen_by": chosen_by}]})
        collector = Collector(ExchangeJudge(["config_api"], {}), "Recorded traffic")
        assert len(collector.add(read)) == broken
