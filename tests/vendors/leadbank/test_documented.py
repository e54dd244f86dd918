"""Each fact of the vendor's pages is in the contract, and the mock honours it.

TYPES and the samples are written down apart from the contract.
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
EVENT: Final = {"IDstatus": 1, "IDreason": 1, "DateAction": "2024-10-15T05:30:49.6389527+02:00"}
ACKNOWLEDGEMENT: Final = {"IDLeadBank": 1, "LeadEvents": [EVENT, EVENT]}
ACKNOWLEDGEMENTS: Final = [ACKNOWLEDGEMENT, ACKNOWLEDGEMENT]
"""The sample of the page of SendAcknos."""

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


@pytest.mark.parametrize("media_type", ["application/json", "text/json"])
def test_the_sample_of_acknowledgements_keeps_the_contract(media_type: str, api: Callable[..., Api]) -> None:
    mock = api("leadbank", records={"leadbank": {"leads": [{**LEAD, "State": 2}]}})
    answer = mock.post(SEND, content=json.dumps(ACKNOWLEDGEMENTS), headers={"Content-Type": media_type})
    assert (answer.status_code, answer.json()["Status"]) == (200, 1)
    assert "sl-violations" not in answer.headers
    assert [each["LeadEvents"] for each in mock.records("acknowledgements")] == [[EVENT, EVENT]] * 2


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"IDLeadBank": 1.5}, "value[0].IDLeadBank"),
        ({"IDLeadBank": None}, "value[0].IDLeadBank"),
        ({"LeadEvents": EVENT}, "value[0].LeadEvents"),
        ({"LeadEvents": [{**EVENT, "IDstatus": "done"}]}, "value[0].LeadEvents[0].IDstatus"),
        ({"LeadEvents": [{**EVENT, "IDreason": "sold"}]}, "value[0].LeadEvents[0].IDreason"),
        ({"LeadEvents": [{**EVENT, "DateAction": "today"}]}, "value[0].LeadEvents[0].DateAction"),
        ({"LeadEvents": [{**EVENT, "DateAction": 20241015}]}, "value[0].LeadEvents[0].DateAction"),
    ],
)
def test_members_of_acknowledgements_have_their_types(
    change: dict[str, Any], place: str, api: Callable[..., Api]
) -> None:
    answer = api("leadbank").post(SEND, json=[{**ACKNOWLEDGEMENT, **change}])
    assert (answer.status_code, list(answer.json()["ModelState"])) == (400, [place])


@pytest.mark.parametrize("body", [ACKNOWLEDGEMENT, 1, "1"])
def test_acknowledgements_are_a_collection(body: Any, api: Callable[..., Api]) -> None:
    assert api("leadbank").post(SEND, json=body).status_code == 400


@pytest.mark.parametrize("name", ["IDstatus", "IDreason"])
def test_status_and_reason_may_be_null_or_absent(name: str, api: Callable[..., Api]) -> None:
    mock = api("leadbank", records={"leadbank": {"leads": [{**LEAD, "State": 2}]}})
    without = {key: value for key, value in EVENT.items() if key != name}
    for event in ({**EVENT, name: None}, without):
        assert mock.post(SEND, json=[{"IDLeadBank": 1, "LeadEvents": [event]}]).json()["Status"] == 1


@pytest.mark.parametrize("path", [VALIDATE, SEND])
def test_the_response_has_status_and_message(path: str, api: Callable[..., Api]) -> None:
    for media_type in ("application/json", "text/json"):
        answer = api("leadbank").post(path, headers={"Accept": media_type})
        assert answer.headers["Content-Type"].startswith(media_type)
        assert {name: type(value) for name, value in answer.json().items()} == {"Status": int, "Message": str}


def test_a_confirmation_changes_in_progress_to_received(api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    mock.post(GET, json=1)
    assert states(mock)[1001] == 1
    mock.post(VALIDATE, json=[1001])
    assert states(mock)[1001] == 2


def test_states_are_an_enumeration_from_0(api: Callable[..., Api]) -> None:
    mock = api("leadbank")
    assert SCHEMAS["Lead"]["properties"]["State"]["enum"] == [0, 1, 2]
    assert put(mock, "Lead", "State", 0) < 300
    assert put(mock, "Lead", "State", 3) == 400
