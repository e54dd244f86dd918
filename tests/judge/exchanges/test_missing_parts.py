"""What a recorder leaves out of requests is not held against the client."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crm_contracts.judge.exchange import Exchange, Part
from crm_contracts.judge.exchanges.exchange_judge import ExchangeJudge
from tests.vendors.crmcom.causes import PATHS
from tests.vendors.crmcom.helpers import lead

CREATED = {"id": 1, "customerId": 2, "uuid": "743aae42-a94b-4572-9e7d-6d9cf4fba262", "customerNumber": "1-1"}
LEAD = {"leadCustomer": {"firstname": "Max", "lastname": "Muster", "email": "max@example.com"}}


def rules(vendor: str, path: str, body: Any, response: Any, status: int = 200, *missing: Part) -> set[str]:
    """Return the rules that a request without Content-Type breaks."""
    exchange = Exchange(
        "POST",
        f"https://crm.example.com{path}",
        request_body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        status=status,
        response_headers=(("Content-Type", "application/json"),),
        response_body=json.dumps(response).encode(),
        missing_parts=missing,
    )
    return {violation.rule for violation in ExchangeJudge([vendor], {}).judge(exchange).request}


def test_a_recorded_absence_of_content_type_is_the_clients_fault() -> None:
    assert rules("config_api", "/v1/leads/create", LEAD, CREATED, 200, Part.CREDENTIALS) == {"mediaType"}


@pytest.mark.parametrize(
    ("body", "broken"), [(LEAD, set()), ({}, {"required"}), ([], {"type"}), (b"a=b", set()), (b"", {"required"})]
)
def test_json_is_assumed_for_a_json_body_without_recorded_headers(body: Any, broken: set[str]) -> None:
    missing = (Part.CREDENTIALS, Part.REQUEST_HEADERS)
    assert rules("config_api", "/v1/leads/create", body, CREATED, 200, *missing) == broken


def test_a_form_is_assumed_where_only_a_form_is_documented() -> None:
    missing = (Part.CREDENTIALS, Part.REQUEST_HEADERS)
    assert rules("activix", "/activix/oauth/token", b"grant_type=password", {}, 400, *missing) >= {"enum"}
    assert rules("activix", "/activix/oauth/token", {"grant_type": "x"}, {}, 400, *missing) == set()


def _answer(code: str, text: str) -> dict[str, Any]:
    return {"status": {"code": code, "description": text, "message": text}, "data": {}}


@pytest.mark.parametrize(
    ("answer", "broken"),
    [
        (_answer("OK", "Successful"), set()),
        (_answer("LEADTYPEDOESNOTEXISTEXCEPTION", "The lead type does not exist"), set()),
        (_answer("REQUIREDPARAMETERMISSINGEXCEPTION", "The parameter token is required"), {"required"}),
    ],
)
def test_a_credential_in_the_body_may_have_been_filtered_out(answer: dict[str, Any], broken: set[str]) -> None:
    body = lead()
    del body["token"]
    assert rules("crmcom", PATHS["createLead"], body, answer, 200, Part.CREDENTIALS, Part.REQUEST_HEADERS) == broken
