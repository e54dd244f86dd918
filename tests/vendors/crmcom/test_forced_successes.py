"""After a forced success, requests that refer to it are not refused."""

from __future__ import annotations

import pytest

from tests.vendors.crmcom.causes import LOGIN, PATHS
from tests.vendors.crmcom.helpers import create, created, lead
from tests.vendors.forcing import WAYS, queue

KEY = {"Authorization": "Basic ZGVtby13ZWIta2V5Og=="}
LOGINS = (
    ("R11.0.0", "createToken", "hex_token_issued"),
    ("R11.0.0", "createTokenFromWebApiKey", "hex_token_issued"),
    ("R18.0.0", "createToken", "token_issued"),
    ("R18.0.0", "createToken", "token_issued_for_unit"),
    ("R18.0.0", "createTokenFromWebApiKey", "token_issued"),
)
CONTACT = {"id": "F" * 32, "number": "9001", "type": "PERSON", "first_name": "Ada", "last_name": "B", "name": "Ada B"}


def code(answer):
    return answer.json()["status"]["code"]


def successes(mock):
    outcomes = mock.app.mock_app.contracts["crmcom"].operations["createLead"].outcomes
    return [name for name in outcomes if name.startswith("created")]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("release", "operation", "outcome"), LOGINS)
@pytest.mark.parametrize("login", [LOGIN, LOGIN | {"username": "nobody"}, LOGIN | {"password": "wrong"}])
def test_a_forced_token_creates_leads_and_is_released(api, way, release, operation, outcome, login):
    mock = api("crmcom", settings={"crmcom.release": release})
    headers = WAYS[way](mock, f"crmcom.{operation}", outcome)
    answer = mock.post(PATHS[operation], json=login, headers={**KEY, **headers})
    token = answer.json()["data"]["token"]
    assert [code(create(mock, token=token)) for _ in range(2)] == ["OK", "OK"]
    assert code(mock.post(PATHS["releaseToken"], json={"token": token})) == "OK"


def test_a_token_forced_by_a_magic_value_works(api):
    mock = api("crmcom")
    answer = mock.post(PATHS["createToken"], json=LOGIN | {"username": "mock-token_issued"})
    assert code(create(mock, token=answer.json()["data"]["token"])) == "OK"


def test_a_released_or_expired_token_that_is_forced_works_again(api):
    mock = api("crmcom")
    body = {"status": {"code": "OK"}, "data": {"token": "T"}}
    for _ in range(2):
        queue(mock, "crmcom.createToken", body=body)
        mock.post(PATHS["createToken"], json=LOGIN)
        assert code(create(mock, token="T")) == "OK"
        mock.post("/__admin/clock", json={"session": mock.session, "advance_seconds": 7201})
        assert code(create(mock, token="T")) != "OK"
    queue(mock, "crmcom.createToken", body=body)
    mock.post(PATHS["createToken"], json=LOGIN)
    assert code(mock.post(PATHS["releaseToken"], json={"token": "T"})) == "OK"
    queue(mock, "crmcom.createToken", body=body)
    mock.post(PATHS["createToken"], json=LOGIN)
    assert code(create(mock, token="T")) == "OK"


@pytest.mark.parametrize("way", WAYS)
def test_the_contact_of_each_forced_lead_can_be_named_as_existing(api, way):
    mock = api("crmcom")
    for outcome in successes(mock):
        data = create_forced(mock, WAYS[way](mock, "crmcom.createLead", outcome))
        contact = data.get("contact_information")
        if contact is not None:
            information = {"action": "EXISTING", "contact_information_identifier": {"id": contact["id"]}}
            assert created(mock, contact_information=information)["contact_information"]["id"] == contact["id"]


def create_forced(mock, headers):
    from tests.vendors.crmcom.helpers import lead

    return mock.post(PATHS["createLead"], json=lead(), headers=headers).json()["data"]


@pytest.mark.parametrize(
    "contact",
    [None, 5, [], {}, {"id": None}, {"id": 5}, {**CONTACT, "name": 5}, {**CONTACT, "demographics": 5}],
)
def test_odd_contacts_are_ignored(api, contact):
    mock = api("crmcom")
    before = mock.records("contacts")
    queue(mock, "crmcom.createLead", body={"status": {"code": "OK"}, "data": {"contact_information": contact}})
    assert create(mock).status_code == 200
    assert mock.records("contacts") == before


@pytest.mark.parametrize("body", [None, 5, [], {}, {"data": None}, {"data": {"token": None}}, {"data": {"token": 5}}])
def test_odd_logins_are_ignored(api, body):
    mock = api("crmcom")
    before = mock.records("tokens")
    queue(mock, "crmcom.createToken", body=body)
    assert mock.post(PATHS["createToken"], json=LOGIN).status_code == 200
    assert mock.records("tokens") == before


@pytest.mark.parametrize("way", WAYS)
def test_a_forced_lead_has_all_members_if_the_request_selects_none(api, way):
    mock = api("crmcom")
    whole = created(mock).keys()
    for name in successes(mock):
        headers = WAYS[way](mock, "crmcom.createLead", name)
        answer = mock.post(PATHS["createLead"], json=lead(), headers=headers)
        assert mock.last_entry().outcome == name
        assert answer.json()["data"].keys() >= whole, name


def test_a_forced_lead_is_as_documented_if_the_request_selects_members(api):
    mock = api("crmcom")
    queue(mock, "crmcom.createLead", example="created_lost")
    answer = create(mock, fields_set="number,life_cycle_state,lost_reason")
    assert answer.json()["data"].keys() == {"number", "life_cycle_state", "lost_reason"}
