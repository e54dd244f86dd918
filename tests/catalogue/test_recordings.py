"""Recordings of all tools: right exchanges are silent, and wrong ones are found as far as they were recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.finding import Side
from crm_contracts.judge.verdict import Verdict
from crm_contracts.recordings import read
from tests.recordings.tools import TOOLS

RECORDINGS = 44
"""How many variants the catalogue has; each is tried with a right, a wrong request and a wrong response."""

LEAD = {"leadCustomer": {"firstname": "Max", "lastname": "Köhler", "email": "max@example.com"}}
CREATED = {"id": 1, "customerId": 2, "uuid": "743aae42-a94b-4572-9e7d-6d9cf4fba262", "customerNumber": "1-1"}
RIGHT = Exchange(
    "POST",
    "https://crm.example.com/v1/leads/create",
    request_headers=(("Content-Type", "application/json"), ("x-api-key", "k")),
    request_body=json.dumps(LEAD, ensure_ascii=False).encode(),
    status=200,
    response_headers=(("Content-Type", "application/json"),),
    response_body=json.dumps(CREATED).encode(),
)
REFUSED = {"errorMessage": "The e-mail address is missing."}
WRONG_REQUEST = replace(
    RIGHT,
    request_body=json.dumps({"leadCustomer": {"firstname": "Max", "lastname": "Köhler"}}, ensure_ascii=False).encode(),
    status=400,
    response_body=json.dumps(REFUSED).encode(),
)
WRONG_RESPONSE = replace(RIGHT, response_body=json.dumps({**CREATED, "id": "one"}).encode())


@pytest.fixture(scope="module")
def judge() -> ExchangeJudge:
    return ExchangeJudge(["config_api"], {})


def verdict_on(judge: ExchangeJudge, name: str, exchanges: list[Exchange], folder: Path) -> Verdict:
    """Return the verdict on exchanges that a tool has recorded."""
    collector = Collector(judge, "Recorded traffic")
    for exchange in read(TOOLS[name].write(folder, exchanges), collector.note_unread):
        collector.add(exchange)
    return collector.verdict()


def broken(verdict: Verdict) -> list[tuple[str, str, str]]:
    return [(finding.side.value, finding.rule, ".".join(finding.location)) for finding in verdict.findings]


@pytest.mark.parametrize("name", TOOLS)
def test_right_exchanges_are_silent(name: str, judge: ExchangeJudge, tmp_path: Path) -> None:
    verdict = verdict_on(judge, name, [RIGHT, RIGHT], tmp_path)
    assert (broken(verdict), verdict.exchanges, verdict.unmatched) == ([], 2, ())
    is_complete = TOOLS[name].request_body and TOOLS[name].response_body
    assert (verdict.unread == ()) is is_complete


@pytest.mark.parametrize("name", [name for name, tool in TOOLS.items() if tool.request_body])
def test_a_wrong_request_is_found(name: str, judge: ExchangeJudge, tmp_path: Path) -> None:
    verdict = verdict_on(judge, name, [RIGHT, WRONG_REQUEST], tmp_path)
    assert broken(verdict) == [(Side.CLIENT, "required", "body.leadCustomer.email")]


@pytest.mark.parametrize("name", [name for name, tool in TOOLS.items() if tool.response_body])
def test_a_wrong_response_is_found(name: str, judge: ExchangeJudge, tmp_path: Path) -> None:
    verdict = verdict_on(judge, name, [WRONG_RESPONSE, RIGHT], tmp_path)
    assert broken(verdict) == [(Side.PROVIDER, "type", "body.id")]


def test_the_catalogue_has_all_variants(figures: Callable[[str], None]) -> None:
    wrong = sum(tool.request_body for tool in TOOLS.values()) + sum(tool.response_body for tool in TOOLS.values())
    tools = {name.partition(",")[0] for name in TOOLS}
    figures(
        f"recordings: {len(TOOLS)} variants of {len(tools)} tools, {len(TOOLS)} right, {wrong} wrong: all as wanted"
    )
    assert len(TOOLS) == RECORDINGS
