"""Examinations of Toy CRM's exchanges."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from crm_contracts.examination.examination import Examination, Examiner
from crm_contracts.examination.judge import Judge
from crm_contracts.judge.exchange import Exchange
from crm_mocks.vendor import Vendor

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
    answer_headers=(JSON,),
    answer_body=b'{"id": 1, "email": "ada@example.com"}',
    at="2026-01-31T12:00:00+00:00",
    source="traffic.har, entry 1",
)
"""A contact created."""

Examine = Callable[[Iterable[Exchange]], Examination]


@pytest.fixture
def judge(toy_vendor: Vendor) -> Judge:
    return Judge([toy_vendor], {})


@pytest.fixture
def examine(judge: Judge) -> Examine:
    """Examine exchanges."""

    def examined(exchanges: Iterable[Exchange]) -> Examination:
        examiner = Examiner(judge, "Recorded traffic", ["traffic.har"])
        for each in exchanges:
            examiner.add(each)
        return examiner.examination()

    return examined
