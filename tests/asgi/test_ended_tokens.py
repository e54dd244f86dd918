"""A client that repeats a request with a token that a forced response has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm_mocks.state.ended_tokens import EndedTokens
from crm_mocks.state.retry_after import SentRequest
from tests.conftest import Api

LEAD = "/crmapi/rest/v2/leads/create"


@pytest.fixture
def crmcom(api: Callable[..., Api]) -> Api:
    made = api("crmcom")
    answer = {"operation": "crmcom.createLead", "example": "token_expired"}
    assert made.post("/__admin/responses", json=answer).status_code == 201
    return made


def mistakes(crmcom: Api, *bodies: dict[str, Any]) -> list[bool]:
    """Send bodies; return for each whether it repeats an old token."""
    for body in bodies:
        crmcom.post(LEAD, json=body)
    return [any(each.rule == "token_expired" for each in entry.violations) for entry in crmcom.entries()]


def test_the_same_request_with_the_old_token_is_a_violation(crmcom: Api) -> None:
    body = {"token": "old"}
    assert mistakes(crmcom, body, body) == [False, True]


def test_the_same_request_with_a_new_token_is_no_violation(crmcom: Api) -> None:
    assert mistakes(crmcom, {"token": "old"}, {"token": "new"}) == [False, False]


def test_another_request_that_was_under_way_is_no_violation(crmcom: Api) -> None:
    assert mistakes(crmcom, {"token": "old"}, {"token": "old", "description": "another"}) == [False, False]


def test_the_old_token_counts_on_another_connection_too(crmcom: Api) -> None:
    outcome = crmcom.app.mock_app.contracts["crmcom"].operations["createLead"].outcomes["token_expired"]
    tokens = EndedTokens()
    tokens.record(SentRequest("crmcom.createLead", content=1, connection=1000), outcome)
    assert tokens.violation(SentRequest("crmcom.createLead", content=1, connection=2000)) is not None
    assert tokens.violation(SentRequest("crmcom.createLead", content=2, connection=1000)) is None
