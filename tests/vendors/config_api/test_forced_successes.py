"""After a forced success, requests that refer to it are not refused."""

from __future__ import annotations

import pytest

from tests.vendors.config_api.causes import additional, call, create, lead
from tests.vendors.forcing import WAYS, queue

MODES = dict.fromkeys(("addressMode", "dateOfBirthMode", "genderMode", "telephoneMode"), "OPTIONAL")
FIELD = {"additionalFieldId": 4711, "name": "Shoe size", "mode": "MANDATORY", "type": "NUMERIC"}
FIELD |= {"allowMultiSelection": False}


def force_config(mock, **changes):
    config = MODES | {"additionalInformation": [FIELD]} | changes
    queue(mock, "config_api.getLeadConfig", body=config)
    assert call(mock, "getLeadConfig").json() == config


def validated(mock, body):
    return call(mock, "validateLead", json=body).json()


def test_a_field_of_a_forced_lead_config_is_known(api):
    mock = api("config_api")
    force_config(mock)
    body = additional(4711, value="42")
    assert create(mock, body).status_code == 200
    assert mock.records("leads")[-1]["additionalInformation"] == body["additionalInformation"]
    assert mock.last_entry().violations == []


def test_a_lead_without_the_fields_of_a_forced_lead_config_keeps_the_one_in_force(api):
    mock = api("config_api")
    force_config(mock, telephoneMode="MANDATORY")
    assert create(mock, lead()).status_code == 200


def test_a_member_that_a_forced_lead_config_does_not_demand_may_be_left_out(api):
    settings = {"config_api.lead_config": MODES | {"telephoneMode": "MANDATORY"}}
    mock = api("config_api", settings=settings)
    assert create(mock, lead()).status_code == 400
    force_config(mock, additionalInformation=[])
    assert create(mock, lead()).status_code == 200


def test_a_lead_that_keeps_neither_lead_config_is_refused(api):
    mock = api("config_api")
    force_config(mock)
    assert create(mock, additional(4712, value="42")).status_code == 404
    assert create(mock, additional(4711, value="x")).status_code in (400, 404)


def test_the_lead_config_in_force_is_still_returned(api):
    mock = api("config_api")
    before = call(mock, "getLeadConfig").json()
    force_config(mock)
    assert call(mock, "getLeadConfig").json() == before


def test_reset_forgets_a_forced_lead_config(api):
    mock = api("config_api")
    force_config(mock)
    mock.post("/__admin/reset", json={"session": mock.session})
    assert create(mock, additional(4711, value="42")).status_code == 404


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("operation", "outcome"), [("createLead", "created_full"), ("createLead", "created_minimal")])
def test_a_lead_is_accepted_after_each_forced_success(api, way, operation, outcome):
    mock = api("config_api")
    forced = WAYS[way](mock, f"config_api.{operation}", outcome)
    assert create(mock, lead("a@example.com"), headers={"x-api-key": "demo-key", **forced}).status_code == 200
    assert create(mock, lead("b@example.com")).status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_lead_that_a_forced_validation_allows_is_created(api, way):
    mock = api("config_api")
    for number, operation in enumerate(("getLeadConfig", "validateLead")):
        outcome = {"getLeadConfig": "lead_config", "validateLead": "possible"}[operation]
        headers = {"x-api-key": "demo-key", **WAYS[way](mock, f"config_api.{operation}", outcome)}
        body = lead(f"{number}@example.com")
        call(mock, operation, headers=headers, json=body if operation == "validateLead" else None)
        assert create(mock, body).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        None,
        5,
        [],
        {},
        MODES | {"addressMode": "X"},
        MODES | {"additionalInformation": [5]},
        {"additionalInformation": 5},
    ],
)
def test_odd_lead_configs_are_ignored(api, body):
    mock = api("config_api")
    queue(mock, "config_api.getLeadConfig", body=body)
    call(mock, "getLeadConfig")
    assert create(mock, lead()).status_code == 200


def test_a_list_without_values_does_not_hide_the_other_fields(api):
    mock = api("config_api")
    force_config(mock, additionalInformation=[FIELD, {**FIELD, "additionalFieldId": 4712, "type": "LIST"}])
    assert create(mock, additional(4711, value="42")).status_code == 200
