from __future__ import annotations

import pytest

from crm_mocks.errors import UsageError
from tests.vendors.config_api.causes import additional, call, config, create, field, lead

ADDRESS = {"street": "Am Bahnhof", "houseNumber": "90", "zipCode": "12133", "city": "Munich", "countryCode": "DE"}


def _mock(api, **changes):
    return api("config_api", settings={"config_api.lead_config": config(**changes)})


def test_config_of_the_setting_is_answered(api):
    answer = call(_mock(api, genderMode="INACTIVE"), "getLeadConfig")

    assert answer.json() == config(genderMode="INACTIVE")


def test_config_comes_from_a_file_at_start(api, tmp_path):
    file = tmp_path / "lead-config.yaml"
    file.write_text(
        "addressMode: MANDATORY\ndateOfBirthMode: OPTIONAL\ngenderMode: OPTIONAL\ntelephoneMode: INACTIVE\n"
    )

    mock = api("config_api", settings={"config_api.lead_config": str(file)})

    assert call(mock, "getLeadConfig").json()["telephoneMode"] == "INACTIVE"
    assert create(mock).json()["reference"] == "address"
    assert create(mock, lead(address=ADDRESS)).status_code == 200


def test_config_can_be_changed_for_a_session(api):
    mock = api("config_api")
    assert create(mock, lead("one@example.com")).status_code == 200

    session = mock.app.mock_app.sessions.get("default")
    session.change_settings({"config_api.lead_config": config(telephoneMode="MANDATORY")})
    assert create(mock, lead("two@example.com")).json()["reference"] == "leadCustomer.telephone"

    session.change_settings({"config_api.lead_config": None})
    assert create(mock, lead("two@example.com")).status_code == 200


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("lead-config.yaml", "takes an object here, not a path"),
        ([], "must be of type object"),
        ({}, "'addressMode' is required"),
        (config(addressMode="SOMETIMES"), "addressMode: must be one of"),
        (config(additionalInformation=[field("TEXT"), field("DATE")]), "same additionalFieldId"),
        (config(additionalInformation=[field("LIST")]), "has no selectionValues"),
    ],
)
def test_config_that_is_none_is_a_usage_error(api, raw, said):
    session = api("config_api").app.mock_app.sessions.get("default")

    with pytest.raises(UsageError, match=said):
        session.change_settings({"config_api.lead_config": raw})


def test_inactive_members_are_accepted_and_not_stored(api):
    mock = _mock(
        api,
        addressMode="INACTIVE",
        genderMode="INACTIVE",
        additionalInformation=[field("NUMERIC", mode="INACTIVE")],
    )
    body = additional(7, value="not a number") | {"address": ADDRESS}
    body["leadCustomer"]["gender"] = "MALE"

    assert create(mock, body).status_code == 200

    (stored,) = mock.records("leads")
    assert "address" not in stored
    assert "gender" not in stored["leadCustomer"]
    assert stored["additionalInformation"] == []


def test_additional_field_that_is_mandatory_may_come_in_any_place(api):
    mock = _mock(api, additionalInformation=[field("TEXT", mode="MANDATORY"), field("TEXT", additionalFieldId=8)])

    assert create(mock, additional(8, value="x")).json()["errorCode"] == "errormessage.additional.field.mandatory"
    body = lead(additionalInformation=[{"additionalFieldId": 8, "value": "x"}, {"additionalFieldId": 7, "value": "x"}])
    assert create(mock, body).status_code == 200


@pytest.mark.parametrize(
    ("type_", "good", "bad"),
    [
        ("TEXT", ["", "anything", "1"], []),
        ("NUMERIC", ["0", "-12", "+7", "123456789012345678901234567890"], ["", "1.5", "1e3", " 1", "١", "1\n"]),
        ("DATE", ["2026-01-31", "2024-02-29"], ["2026-02-29", "31.01.2026", "2026-1-31", "2026-01-31T00:00:00Z"]),
        ("BOOLEAN", ["true", "false"], ["True", "FALSE", "1", ""]),
        ("LIST", ["Tea", "Coffee"], ["tea", "Tea ", ""]),
    ],
)
@pytest.mark.parametrize("several", [False, True])
def test_additional_value_must_fit_the_type_of_its_field(api, type_, good, bad, several):
    about = field(type_, allowMultiSelection=several, selectionValues=["Tea", "Coffee"])
    mock = _mock(api, additionalInformation=[about])

    def status(value, number):
        content = {"values": [good[0], value]} if several else {"value": value}
        body = additional(7, **content)
        body["leadCustomer"]["email"] = f"max.{number}@example.com"
        return create(mock, body).status_code

    assert [status(value, number) for number, value in enumerate(good)] == [200] * len(good)
    assert [status(value, number) for number, value in enumerate(bad)] == [400] * len(bad)


def test_wrong_one_of_several_values_is_named(api):
    error = create(api("config_api"), additional(1246357241, values=["Radio", "Television"])).json()

    assert error["reference"] == "additionalInformation[0].values[1]"


@pytest.mark.parametrize(
    ("id_", "content", "code"),
    [
        (1246357240, {"value": "Friends", "values": ["Friends"]}, "single"),
        (1246357241, {"value": "Radio", "values": ["Radio"]}, "multiple"),
        (1246357241, {"values": []}, "empty"),
        (1246357240, {}, "empty"),
    ],
)
def test_value_and_values_are_not_interchangeable(api, id_, content, code):
    error = create(api("config_api"), additional(id_, **content)).json()

    assert error["errorCode"] == f"errormessage.additional.field.{code}"


@pytest.mark.parametrize("content", [{}, {"value": "x", "values": ["x"]}])
@pytest.mark.parametrize("id_", [99, 1246357240, 1246357241])
def test_entry_needs_exactly_one_of_value_and_values_whatever_its_field(api, id_, content):
    mock = api("config_api")

    answers = [call(mock, each, json=additional(id_, **content)) for each in ("validateLead", "createLead")]

    assert [each.status_code for each in answers] == [400, 400]
    assert answers[0].json()["errorCode"] == answers[1].json()["errorCode"]
    (violation,) = mock.last_entry().violations
    assert (violation.location, violation.rule) == (("body", "additionalInformation", 0), "oneOf")
    assert violation.message.startswith("must have exactly one of the members value and values, has ")
    assert violation.basis == "config-api-value-or-values"


def test_inactive_field_needs_exactly_one_of_value_and_values_too(api):
    mock = _mock(api, additionalInformation=[field("TEXT", mode="INACTIVE")])

    assert create(mock, additional(7)).json()["errorCode"] == "errormessage.additional.field.empty"


def test_other_violation_is_reported_before_a_missing_value(api):
    entries = [{"additionalFieldId": "1"}, {}]

    error = create(api("config_api"), lead(additionalInformation=entries)).json()

    assert error["reference"] == "additionalInformation[0].additionalFieldId"


def test_of_a_repeated_additional_field_the_last_counts(api):
    mock = api("config_api")
    entries = [{"additionalFieldId": 1246357240, "value": value} for value in ("Friends", "Radio")]

    assert create(mock, lead(additionalInformation=entries)).status_code == 200

    assert mock.records("leads")[0]["additionalInformation"] == entries[1:]
