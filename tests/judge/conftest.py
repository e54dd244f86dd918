"""Fixtures for verdicts on exchanges with Toy CRM, recorded or received by its mock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from crm_contracts.judge.baseline import apply
from crm_contracts.judge.baseline_entry import BaselineEntry
from crm_contracts.judge.exchange import Exchange
from crm_contracts.judge.exchanges.collector import Collector
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from crm_contracts.judge.verdict import Verdict
from crm_contracts.judge.verdict_entries import MockDefect
from crm_mocks.vendor import Vendor
from tests.conftest import Api
from tests.judge.helpers import CONTACTS, OPERATION, create, queue, verdict

HOSTILE = "\x1b[31m</script><b>&\"'`|*@team\x00\u202e"
"""Hostile input of clients and providers, which reports must not interpret."""

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
"""A successful creation of a contact."""

JudgeExchanges = Callable[[Iterable[Exchange]], Verdict]


@pytest.fixture
def judge(toy_vendor: Vendor) -> ExchangeJudge:
    return ExchangeJudge([toy_vendor], {})


@pytest.fixture
def judge_exchanges(judge: ExchangeJudge) -> JudgeExchanges:
    """Return a function that judges exchanges."""

    def judged(exchanges: Iterable[Exchange]) -> Verdict:
        collector = Collector(judge, "Recorded traffic", ["traffic.har"])
        for exchange in exchanges:
            collector.add(exchange)
        return collector.verdict()

    return judged


@pytest.fixture
def full(toy: Api) -> Verdict:
    """A verdict with broken rules, refusals, unknown names, forced responses and faults."""
    create(toy, 5)
    toy.post(CONTACTS, json={"email": 5, "born": 1})
    toy.post(CONTACTS, json={})
    toy.get(CONTACTS)
    toy.post("/toy/contact", json={"email": "a@b.c"})
    toy.get("/nowhere")
    toy.post(CONTACTS, json={"email": "a@b.c", HOSTILE: 1})
    create(toy, "a@b.c")
    create(toy, headers={"X-Key": "s3cret"})
    for response in ({"status": 418}, {"fault": "EMPTY_RESPONSE"}, {"status": 500, "body": {"error": "x"}}):
        queue(toy, **response)
        create(toy)
    queue(toy, status=409, times=3)
    result = verdict(toy, allow=(f"{OPERATION}:401", f"{OPERATION}:409"))
    known = (
        BaselineEntry(OPERATION, "required", ("body", "email")),
        BaselineEntry(OPERATION, "enum", ("body", "kind")),
    )
    return replace(apply(result, known), defects=(MockDefect(OPERATION, HOSTILE, 1),))


@pytest.fixture
def kept(toy: Api) -> Verdict:
    """The verdict on a client without mistakes."""
    create(toy)
    return verdict(toy)
