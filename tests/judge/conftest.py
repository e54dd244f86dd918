"""Verdicts on Toy CRM's exchanges, and on what its mock received."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from crm_contracts.judge.baseline import apply
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.collector import Collector
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchange_judge import ExchangeJudge
from crm_contracts.judge.finding import MockDefect
from crm_contracts.judge.verdict import Verdict
from crm_mocks.vendor import Vendor
from tests.conftest import Api
from tests.judge.helpers import CONTACTS, OPERATION, create, queue, verdict

NASTY = "\x1b[31m</script><b>&\"'`|*@team\x00\u202e"
"""What a client or a provider may write, and that no report may obey."""

URL = "https://crm.example.com/toy/contacts"
JSON = ("Content-Type", "application/json")
GOOD = Exchange(
    method="POST",
    url=URL,
    request_headers=(JSON, ("X-Key", "s3cret")),
    request_body=b'{"email": "ada@example.com"}',
    status=201,
    response_headers=(JSON,),
    response_body=b'{"id": 1, "email": "ada@example.com"}',
    at="2026-01-31T12:00:00+00:00",
    source="traffic.har, entry 1",
)
"""A contact created."""

Examine = Callable[[Iterable[Exchange]], Verdict]


@pytest.fixture
def judge(toy_vendor: Vendor) -> ExchangeJudge:
    return ExchangeJudge([toy_vendor], {})


@pytest.fixture
def examine(judge: ExchangeJudge) -> Examine:
    """Examine exchanges."""

    def examined(exchanges: Iterable[Exchange]) -> Verdict:
        collector = Collector(judge, "Recorded traffic", ["traffic.har"])
        for each in exchanges:
            collector.add(each)
        return collector.verdict()

    return examined


@pytest.fixture
def full(toy: Api) -> Verdict:
    """A client that breaks rules, is refused, uses unknown names, and meets forced answers and faults."""
    create(toy, 5)
    toy.post(CONTACTS, json={"email": 5, "born": 1})
    toy.post(CONTACTS, json={})
    toy.get(CONTACTS)
    toy.post("/toy/contact", json={"email": "a@b.c"})
    toy.get("/nowhere")
    toy.post(CONTACTS, json={"email": "a@b.c", NASTY: 1})
    create(toy, "a@b.c")
    create(toy, headers={"X-Key": "s3cret"})
    for answer in ({"status": 418}, {"fault": "EMPTY_RESPONSE"}, {"status": 500, "body": {"error": "x"}}):
        queue(toy, **answer)
        create(toy)
    queue(toy, status=409, times=3)
    found = verdict(toy, allow=(f"{OPERATION}:401", f"{OPERATION}:409"))
    known = (
        BaselineEntry(OPERATION, "required", ("body", "email")),
        BaselineEntry(OPERATION, "enum", ("body", "kind")),
    )
    return replace(apply(found, known), defects=(MockDefect(OPERATION, NASTY, 1),))


@pytest.fixture
def kept(toy: Api) -> Verdict:
    """A client that does nothing wrong."""
    create(toy)
    return verdict(toy)
