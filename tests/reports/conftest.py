"""A verdict with something in each of its parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_contracts.verdict.baseline import apply
from crm_contracts.verdict.findings import Debt, Defect
from crm_contracts.verdict.model import Verdict
from tests.conftest import Api
from tests.verdict.helpers import CONTACTS, OPERATION, create, queue, verdict

NASTY = "\x1b[31m</script><b>&\"'`|*@team\x00\u202e"
"""What a client may name a member, and that no report may obey."""


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
    debts = (Debt(OPERATION, "required", ("body", "email")), Debt(OPERATION, "enum", ("body", "kind")))
    return replace(apply(found, debts), defects=(Defect(OPERATION, NASTY, 1),))


@pytest.fixture
def kept(toy: Api) -> Verdict:
    """A client that does nothing wrong."""
    create(toy)
    return verdict(toy)
