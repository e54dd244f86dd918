"""Each fact of the vendor's page of getLeads is in the contract, and the mock honours it.

TYPES and SAMPLE are written down apart from the contract.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest

from crm_mocks.contract import ContractFile
from crm_mocks.contract.schema import FORMATS
from tests.conftest import Api
from tests.vendors.leadbank.causes import GET, SEND, VALIDATE

DOCUMENT: Final = ContractFile("leadbank").document
SCHEMAS: Final = DOCUMENT["components"]["schemas"]
FORMS: Final = {
    "application/json": b"1",
    "text/json": b"1",
    "application/x-www-form-urlencoded": b"=1",
}
"""A request for one lead in each documented format."""

TYPES: Final[dict[str, dict[str, str]]] = {
    "LeadResponse": {"Status": "integer", "Message": "string", "Leads": "array"},
    "Lead": {
        "IDLeadBank": "integer",
        "IDprovider": "integer",
        "NameProvider": "string",
        "IDService": "integer",
        "NameService": "string",
        "State": "integer",
        "IDCampaign": "string",
        "NameCampaign": "string",
        "BandDealerID": "string",
        "ExternalLeadID": "string",
        "QualificationDate": "string",
        "CreateDate": "string",
        "Contents": "array",
    },
    "Content": {"ID": "integer", "Key": "string", "Value": "string", "Type": "integer"},
}
DATE: Final = "2024-10-15T05:29:19.5139414+02:00"
CONTENT: Final = {"ID": 1, "Key": "sample string 2", "Value": "sample string 3", "Type": 4}
LEAD: Final = {
    "IDLeadBank": 1,
    "IDprovider": 2,
    "NameProvider": "sample string 3",
    "IDService": 4,
    "NameService": "sample string 5",
    "State": 0,
    "IDCampaign": "sample string 6",
    "NameCampaign": "sample string 7",
    "BandDealerID": "sample string 8",
    "ExternalLeadID": "sample string 9",
    "QualificationDate": DATE,
    "CreateDate": DATE,
    "Contents": [CONTENT, CONTENT],
}
SAMPLE: Final = {"Status": 1, "Message": "sample string 2", "Leads": [LEAD, LEAD]}
WRONG: Final[dict[str, Any]] = {"integer": "1", "string": 5, "array": {}}
PYTHON: Final = {"integer": int, "string": str, "array": list}
MEMBERS: Final = [(schema, name) for schema in ("Lead", "Content") for name in TYPES[schema]]


def ids(answer: Any) -> list[int]:
    return [lead["IDLeadBank"] for lead in answer.json()["Leads"]]


def states(mock: Api) -> dict[int, int]:
    return {lead["IDLeadBank"]: lead["State"] for lead in mock.records("leads")}


def put(mock: Api, schema: str, name: str, value: Any) -> int:
    """Store a lead with a value of a member of its own or of its only content; return the status."""
    lead = {**LEAD, "Contents": [{**CONTENT, name: value}]} if schema == "Content" else {**LEAD, name: value}
    status: int = mock.request("PUT", "/__admin/records?vendor=leadbank&kind=leads", json=[lead]).status_code
    return status


@pytest.mark.parametrize("media_type", ["application/json", "text/json"])
def test_the_request_of_the_page_is_answered(media_type: str, api: Callable[..., Api]) -> None:
    answer = api("leadbank").post("/api/leads", content=b"1", headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["Status"], ids(answer)) == (200, 1, [1001])


@pytest.mark.parametrize("path", [GET, VALIDATE, SEND])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused(method: str, path: str, api: Callable[..., Api]) -> None:
    answer = api("leadbank").request(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_new_leads_are_provided_and_their_state_changes(api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    assert states(mock)[1001] == 0
    assert [lead["State"] for lead in mock.post(GET, json=2).json()["Leads"]] == [1, 1]
    assert [states(mock)[lead] for lead in (1001, 1002, 1003)] == [1, 1, 0]


def test_two_calls_return_the_same_leads(api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    first, second = (mock.post(GET, json=3).json() for _ in range(2))
    assert len(first["Leads"]) == 3
    assert first["Leads"] == second["Leads"]


def test_confirmation_is_necessary_for_the_next_leads(api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    sent = ids(mock.post(GET, json=2))
    assert ids(mock.post(GET, json=2)) == sent
    mock.post(VALIDATE)
    assert ids(mock.post(GET, json=2)) == [1003, 1004]
    assert [states(mock)[lead] for lead in sent] == [2, 2]


@pytest.mark.parametrize("body", [1.5, True, [1], {}, {"amount": 1}, "one"])
def test_only_an_integer_is_accepted(body: Any, api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    assert mock.post(GET, json=body).status_code == 400
    assert mock.post(GET, json=1).status_code == 200


@pytest.mark.parametrize("media_type", FORMS)
def test_requests_have_every_documented_format(media_type: str, api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    assert ids(mock.post(GET, content=FORMS[media_type], headers={"Content-Type": media_type})) == [1001]
    assert mock.post(GET, content=b"1", headers={"Content-Type": "application/xml"}).status_code == 415


@pytest.mark.parametrize("media_type", ["application/json", "text/json"])
def test_responses_have_every_documented_format(media_type: str, api: Callable[..., Api]) -> None:
    answer = api("leadbank").post(GET, json=1, headers={"Accept": media_type})
    assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert ids(answer) == [1001]


def test_the_answer_has_the_documented_types(api: Callable[..., Api]) -> None:
    answer = api("leadbank").post(GET, json=20).json()
    assert {name: type(value) for name, value in answer.items()} == {
        name: PYTHON[kind] for name, kind in TYPES["LeadResponse"].items()
    }
    assert len(answer["Leads"]) == 20


def test_the_answer_has_no_constraint_but_its_types() -> None:
    known = {"type", "format", "nullable", "items", "description", "example", "x-position"}
    assert all(schema.keys() <= known for schema in SCHEMAS["LeadResponse"]["properties"].values())


@pytest.mark.parametrize("schema", TYPES)
def test_the_sample_has_the_documented_members_in_this_order(schema: str, api: Callable[..., Api]) -> None:
    assert list(SCHEMAS[schema]["properties"]) == list(TYPES[schema])
    assert {name: SCHEMAS[schema]["properties"][name]["type"] for name in TYPES[schema]} == TYPES[schema]
    answer = api("leadbank").post(GET, json=20).json()
    sent = {
        "LeadResponse": [answer],
        "Lead": answer["Leads"],
        "Content": [content for lead in answer["Leads"] for content in lead["Contents"]],
    }
    assert all(list(each) == list(TYPES[schema]) for each in sent[schema])


@pytest.mark.parametrize(("schema", "name"), MEMBERS)
def test_members_of_other_types_are_refused(schema: str, name: str, api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    assert put(mock, schema, name, WRONG[TYPES[schema][name]]) == 400
    assert put(mock, schema, name, (LEAD if schema == "Lead" else CONTENT)[name]) < 300


@pytest.mark.parametrize("name", ["QualificationDate", "CreateDate"])
def test_dates_are_date_times(name: str, api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    assert FORMATS[SCHEMAS["Lead"]["properties"][name]["format"]](DATE)
    assert put(mock, "Lead", name, DATE) < 300
    assert put(mock, "Lead", name, "2024-10-15") == 400


def test_the_sample_is_sent_unchanged(api: Callable[..., Api]) -> None:
    answer = api("leadbank").post(GET, json=1, headers={"Prefer": "example=leads"})
    assert answer.content == json.dumps(SAMPLE, separators=(",", ":")).encode()
