"""What violations of requests rest on, and what the journal shows of the value that came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crm_mocks.violations import Violation
from tests.conftest import Api

LEAD = {"id": 1, "account_id": 44}
ACTIVIX = ("activix", "activix-secret")
CONFIG = {"leadCustomer": {"firstname": "Max", "lastname": "Mustermann", "email": "max@example.com"}}


@pytest.fixture
def lead(api: Callable[..., Api]) -> Callable[..., list[Violation]]:
    """Send a lead to the Activix receiver; return what it breaks."""

    def send(**keywords: Any) -> list[Violation]:
        mock = api("activix")
        mock.request(**{"method": "POST", "url": "/activix/leads", "auth": ACTIVIX, **keywords})
        return mock.last_entry().violations

    return send


def test_a_value_shows_what_came_and_what_the_rule_rests_on(lead: Callable[..., list[Violation]]) -> None:
    numbers = {"rating": 2**70, "average_spending": 2**63, "gender": 1.5}
    body = {**LEAD, **numbers, "country": "Canada", "civility": "sir", "vehicles": [{"fuel": "gas"}]}
    found = {each.location[-1]: (each.rule, each.sent, each.basis) for each in lead(json=body)}
    assert found == {
        "country": ("pattern", '"Canada"', "activix-code-formats"),
        "civility": ("enum", '"sir"', "document"),
        "rating": ("type", "1.1805916207174113e+21", "activix-integers"),
        "average_spending": ("maximum", str(2**63), "activix-integers"),
        "gender": ("type", "1.5", "document"),
        "fuel": ("enum", '"gas"', "document"),
    }


@pytest.mark.parametrize(
    ("keywords", "basis", "sent"),
    [
        ({"json": {"account_id": 44}}, "activix-blank-fields", ""),
        ({"json": {"id": 1}}, "activix-account-reference", '{"id": 1}'),
        ({"json": {**LEAD, "emails": [{"id": None}]}}, "activix-linked-ids", "null"),
        ({"json": {**LEAD, "created_at": "soon"}}, "activix-date-times", '"soon"'),
        ({"json": {**LEAD, "account": {"id": 66}}}, "activix-accounts-differ", "44"),
        ({"json": []}, "document", "[]"),
        ({"content": b"", "headers": {"content-type": "application/json"}}, "document", ""),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, "document", ""),
        ({"content": b"{}", "headers": {"content-type": "application/json; charset=x"}}, "host-charset", ""),
        (
            {"content": b"{}", "headers": {"content-type": "application/json", "content-encoding": "gzip"}},
            "host-content-encoding",
            "",
        ),
        ({"content": b"{}", "headers": {"content-type": "text/plain"}}, "activix-missing-content-type", '"text/plain"'),
        ({"url": "/activix/lead"}, "activix-receiver-path", '"/activix/lead"'),
        ({"method": "PUT"}, "document", '"PUT"'),
        ({"method": "GET", "url": "/activix/oauth/token"}, "activix-token-endpoint", '"GET"'),
        ({"json": LEAD, "auth": None}, "document", ""),
        ({"json": LEAD, "auth": None, "headers": {"authorization": "Bearer x"}}, "activix-token-endpoint", ""),
    ],
    ids=[
        *("no id", "no account", "null", "a date", "two accounts", "no object", "no body", "no JSON", "charset"),
        *("compressed", "media type", "path", "method", "method of our own path", "no credentials", "unknown token"),
    ],
)
def test_each_kind_of_violation_names_its_basis(
    lead: Callable[..., list[Violation]], keywords: dict[str, Any], basis: str, sent: str
) -> None:
    assert [(each.basis, each.sent) for each in lead(**keywords)] == [(basis, sent)]


def test_a_limit_of_the_host_is_its_position(api: Callable[..., Api]) -> None:
    mock = api("activix", settings={"host.body_bytes": 10})
    mock.request("POST", "/activix/leads", auth=ACTIVIX, json=LEAD)
    assert [(each.basis, each.sent) for each in mock.last_entry().violations] == [("host-limits", "")]


@pytest.mark.parametrize(
    ("value", "basis"),
    [("soon", "document"), ("2018-W15-1", "config-api-additional-value-forms")],
    ids=["no date", "a date in another form"],
)
def test_a_vendors_own_rule_names_the_position_that_it_rests_on(
    api: Callable[..., Api], value: str, basis: str
) -> None:
    mock = api("config_api")
    fields = mock.request("GET", "/v1/leads/config", headers={"x-api-key": "demo-key"}).json()["additionalInformation"]
    [field] = [each["additionalFieldId"] for each in fields if each["type"] == "DATE"]
    body = {**CONFIG, "additionalInformation": [{"additionalFieldId": field, "value": value}]}
    mock.request("POST", "/v1/leads/create", headers={"x-api-key": "demo-key"}, json=body)
    [violation] = mock.last_entry().violations
    assert (violation.basis, violation.sent) == (basis, f'"{value}"')


def test_the_journal_shows_both_and_the_header_neither(api: Callable[..., Api]) -> None:
    mock = api("activix")
    answer = mock.request("POST", "/activix/leads", auth=ACTIVIX, json={**LEAD, "city": 5})
    shown = mock.last_entry().as_json()["violations"]
    assert [(each["basis"], each["sent"]) for each in shown] == [("document", "5")]
    assert "sent" not in answer.headers["sl-violations"]


def test_no_credential_is_shown_as_what_came(api: Callable[..., Api]) -> None:
    mock = api("crmcom")
    body = {"username": "demo", "password": ["s3cret"], "organisation": "x", "unit": {"token": "s3cret"}}
    mock.request("POST", "/crmapi/rest/v2/authentication/token", json=body)
    entry = mock.last_entry()
    assert {each.location[-1]: each.sent for each in entry.violations} == {
        "password": "***",
        "unit": '{"token": "***"}',
    }
    assert "s3cret" not in str(entry.as_json())
