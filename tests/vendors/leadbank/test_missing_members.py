"""The setting `missing_members`: acknowledgements without a member, refused or read as the framework reads them."""

from __future__ import annotations

import pytest

from crm_mocks.vendor import load_vendor

from .causes import SEND, acknowledgement

DEFAULTS = {"leadbank.missing_members": "defaults"}


def without(name):
    body = acknowledgement()
    body[0].pop(name, None)
    for event in body[0].get("LeadEvents", ()):
        event.pop(name, None)
    return body


@pytest.mark.parametrize("name", ["IDLeadBank", "LeadEvents", "DateAction"])
def test_a_missing_member_is_refused_by_default(api, name):
    assert api("leadbank").post(SEND, json=without(name)).status_code == 400


@pytest.mark.parametrize(("name", "status"), [("IDLeadBank", 3), ("LeadEvents", 1), ("DateAction", 1)])
def test_a_missing_member_gets_the_status_of_its_default(api, name, status):
    answer = api("leadbank", settings=DEFAULTS).post(SEND, json=without(name))
    assert (answer.status_code, answer.json()["Status"]) == (200, status)
    assert "sl-violations" not in answer.headers


def test_the_same_holds_for_a_form(api):
    mock = api("leadbank", settings=DEFAULTS)
    assert mock.post(SEND, data={"[0][LeadEvents][0][IDstatus]": "2"}).json()["Status"] == 3
    assert mock.post(SEND, data={"[0][IDLeadBank]": "1000"}).json()["Status"] == 1


def test_defaults_are_recorded(api):
    mock = api("leadbank", settings=DEFAULTS)
    mock.post(SEND, json=[{"IDLeadBank": 1000, "LeadEvents": [{}]}, {"IDLeadBank": 1000}])
    event = {"IDstatus": None, "IDreason": None, "DateAction": "0001-01-01T00:00:00"}
    assert [each["LeadEvents"] for each in mock.records("acknowledgements")] == [[event], []]


@pytest.mark.parametrize(("settings", "status"), [({}, 400), (DEFAULTS, 200)])
def test_null_events_are_absent_ones(api, settings, status):
    assert (
        api("leadbank", settings=settings).post(SEND, json=[{"IDLeadBank": 1000, "LeadEvents": None}]).status_code
        == status
    )


def test_an_id_and_a_date_are_never_null(api):
    mock = api("leadbank", settings=DEFAULTS)
    for body in ([{"IDLeadBank": None}], acknowledgement(DateAction=None)):
        assert mock.post(SEND, json=body).status_code == 400


def test_the_published_contract_follows_the_setting():
    vendor = load_vendor("leadbank")
    for value, required in (("refused", ["IDLeadBank", "LeadEvents"]), ("defaults", None)):
        contract = vendor.contract_file.in_force(vendor.settings_type(missing_members=value)).published()
        schema = contract["components"]["schemas"]["Acknowledgement"]
        assert schema.get("required") == required
        assert schema["properties"]["LeadEvents"]["nullable"] is (required is None)
