from __future__ import annotations

import pytest

from crm_mocks import create_app
from crm_mocks.vendors.config_api import messages
from tests.vendors.config_api.causes import KEY, URLS, additional, call, create, lead

ERROR_MEMBERS = {"errorMessage", "errorCode", "traceId", "reference", "args", "typedArgs"}


def test_error_body_has_every_member_filled(api):
    error = create(api("config_api"), additional(1246357240, value="Television")).json()

    assert error.keys() == ERROR_MEMBERS
    assert error["reference"] == "additionalInformation[0].value"
    assert error["errorCode"] == "errormessage.additional.field.selection"
    assert error["args"] == ["1246357240", "How did you hear about us?", "Friends, Radio, Webinar, Other"]
    assert [each["type"] for each in error["typedArgs"]] == ["INTEGER", "STRING", "ENUM"]
    assert error["typedArgs"][2]["value"] == ["Friends", "Radio", "Webinar", "Other"]


@pytest.mark.parametrize("prefer", ["code=500", "example=internal_error", "code=500, dynamic=true"])
def test_forced_error_is_in_the_language_asked_for(api, prefer):
    answer = create(api("config_api"), headers={**KEY, "accept-language": "de", "prefer": prefer})

    assert answer.json()["errorMessage"] == "Ein unerwarteter Fehler ist aufgetreten."


def test_every_example_has_the_message_of_its_code_and_arguments():
    operations = create_app(["config_api"]).mock_app.contracts["config_api"].operations.values()
    examples = [outcome.value["application/json"] for each in operations for outcome in each.outcomes.values()]
    errors = [example for example in examples if "errorCode" in example]

    assert len(errors) > 50
    for error in errors:
        assert error["errorMessage"] == messages.resolve("en", error["errorCode"], error["args"])
    assert {error["errorCode"] for error in errors} == set(messages.templates("en"))


def test_all_violations_are_listed_though_one_is_reported(api):
    mock = api("config_api")
    entries = [{"additionalFieldId": 1246357244, "value": "x"}, {"additionalFieldId": 1246357242, "value": "x"}]

    answer = create(mock, lead(additionalInformation=entries))

    assert answer.json()["reference"] == "additionalInformation[0].value"
    found = mock.last_entry().violations
    assert sorted(each.rule for each in found) == ["additional_boolean_wrong", "additional_numeric_wrong"]
    assert "additional_boolean_wrong" in answer.headers["sl-violations"]


@pytest.mark.parametrize("body", [additional(99, value="x"), lead(externalIdentifier="CMPGN-9")])
def test_unknown_references_break_no_contract(api, body):
    mock = api("config_api")

    answer = create(mock, body)

    assert answer.status_code == 404
    assert "sl-violations" not in answer.headers


def test_body_that_is_no_object_is_of_the_wrong_type(api):
    error = create(api("config_api"), []).json()

    assert error["errorMessage"] == "body must be of type object."
    assert "reference" not in error


@pytest.mark.parametrize("operation", ["createLead", "validateLead"])
@pytest.mark.parametrize("body", [[], {"leadCustomer": []}, lead(address=[])])
def test_empty_array_for_an_object_is_named_as_a_slip_of_encoders(api, operation, body):
    mock = api("config_api")

    answer = call(mock, operation, json=body)

    assert (answer.status_code, answer.json()["errorCode"]) == (400, "errormessage.validation.type")
    (violation,) = mock.last_entry().violations
    assert violation.message.endswith("PHP's json_encode, write an empty object as []")


def test_request_without_body_is_not_a_type_violation(api):
    answer = call(api("config_api"), "createLead", {**KEY, "content-type": "application/json"}, content=b"")

    assert answer.json()["errorCode"] == "errormessage.body.missing"


def test_null_is_of_the_wrong_type(api):
    body = lead()
    body["leadCustomer"]["telephone"] = None

    error = create(api("config_api"), body).json()

    assert (error["errorCode"], error["reference"]) == ("errormessage.validation.type", "leadCustomer.telephone")


def test_unknown_members_are_accepted(api):
    assert create(api("config_api"), lead(somethingNew={"a": 1})).status_code == 200


def test_unknown_path_is_answered_in_the_vendors_shape(api):
    answer = api("config_api").get("/v1/leads/delete", headers=KEY)

    assert (answer.status_code, answer.json()["args"]) == (404, ["/v1/leads/delete"])


@pytest.mark.parametrize(
    ("operation", "method", "allow"), [("createLead", "GET", "POST"), ("getLeadConfig", "PUT", "GET")]
)
def test_unknown_method_is_answered_in_the_vendors_shape(api, operation, method, allow):
    answer = api("config_api").request(method, URLS[operation], headers=KEY)

    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    assert answer.json()["errorCode"] == "errormessage.method.not.allowed"


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/xml"])
def test_other_media_types_are_unsupported(api, content_type):
    headers = KEY if content_type is None else {**KEY, "content-type": content_type}

    answer = call(api("config_api"), "createLead", headers, content=b"{}")

    assert (answer.status_code, answer.json()["reference"]) == (415, "Content-Type")


def test_too_large_a_body_is_refused(api):
    answer = create(api("config_api"), lead(notes="x" * (9 * 1024 * 1024)))

    assert (answer.status_code, answer.json()["errorCode"]) == (413, "errormessage.body.too.large")


def test_crash_is_an_internal_error(api, monkeypatch):
    monkeypatch.setattr("crm_mocks.vendors.config_api.rules.refusal_causes", lambda *_: 1 / 0)

    answer = create(api("config_api"))

    assert (answer.status_code, answer.json()["errorCode"]) == (500, "errormessage.internal.error")
