"""Refusals: envelope, status, words."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from tests.vendors.crmcom.causes import BASE, EXAMPLES, KEY, LOGIN, PATHS, call
from tests.vendors.crmcom.helpers import ABSENT, create, lead, outcome

FORM_OF_CODE = re.compile(r"COM\.CRM\.EXCEPTION\.[A-Z]+\.[A-Z]+EXCEPTION")
JSON = {"Content-Type": "application/json"}


def refusals(mock) -> dict[str, dict[str, str]]:
    """Return the documented status of each outcome that refuses, by operation and outcome."""
    return {
        operation.id: {
            name: outcome.value["application/json"]["status"]
            for name, outcome in operation.outcomes.items()
            if outcome.value["application/json"]["status"]["code"] != "OK"
        }
        for operation in mock.app.mock_app.contracts["crmcom"].operations.values()
    }


def test_every_rule_has_a_code_of_its_own_in_the_vendors_form(api):
    found = {name: status["code"] for each in refusals(api("crmcom")).values() for name, status in each.items()}
    assert len(set(found.values())) == len(found) > 90
    assert all(FORM_OF_CODE.fullmatch(code) for code in found.values())


def test_refused_example_gets_the_words_of_the_answer_of_its_name(api):
    mock = api("crmcom")
    for operation, documented in refusals(mock).items():
        for name in EXAMPLES[operation].keys() & documented.keys():
            assert call(mock, operation, EXAMPLES[operation][name]).json()["status"] == documented[name], name


@pytest.mark.parametrize(("setting", "bad_token", "bad_lead"), [("200", 200, 200), ("4xx", 401, 400)])
def test_status_of_a_refusal_is_a_setting(api, setting, bad_token, bad_lead):
    mock = api("crmcom", settings={"crmcom.error_status": setting})
    assert create(mock, token="0").status_code == bad_token
    assert create(mock, priority=9).status_code == bad_lead
    assert mock.post(PATHS["createLead"], content=b"{", headers=JSON).status_code == bad_lead


def test_missing_web_api_key_is_challenged_in_4xx(api):
    mock = api("crmcom", settings={"crmcom.error_status": "4xx"})
    response = mock.post(PATHS["createTokenFromWebApiKey"])
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Basic")


def test_web_api_key_works_with_an_empty_password(api):
    response = api("crmcom").post(PATHS["createTokenFromWebApiKey"], auth=httpx.BasicAuth(KEY, ""))
    assert response.json()["data"]["token"]


@pytest.mark.parametrize(
    ("changes", "outcome_", "description"),
    [
        ({"udf_float_2": "1"}, "number_invalid", "udf_float_2 must be a number."),
        ({"priority": "3"}, "priority_invalid", None),
        ({"priority": 3.0}, "priority_invalid", None),
        ({"importance": None}, "importance_invalid", None),
        ({"probability_to_win": -1}, "probability_out_of_range", None),
        ({"probability_to_win": 100.5}, "probability_out_of_range", None),
        ({"contact_information": "Eleni"}, "object_invalid", "contact_information must be an object."),
        ({"users_set": [5]}, "object_invalid", "users_set[0] must be an object."),
        (
            {"users_set": [{"user_identifier": {"username": 5}}]},
            "string_invalid",
            "users_set[0].user_identifier.username must be a string.",
        ),
        ({"start_date": "2018-01-22"}, "date_invalid", None),
        ({"start_date": "2018-01-22T17:28:30Z"}, "date_invalid", None),
        ({"start_date": "2018-02-30T17:28:30"}, "date_invalid", None),
        (
            {"udf_date_1": "22.1.2018"},
            "date_invalid",
            "udf_date_1 must be a date, such as 2018-01-22, or a date and time without zone.",
        ),
        (
            {"owned_by_group_identifier": {"id": "1", "name": "Main Group"}},
            "identifier_ambiguous",
            "owned_by_group_identifier must hold exactly one of its members: id, name, alternative_code.",
        ),
        ({"source": {"type": "WEBSITE", "name": 5}}, "string_invalid", "source.name must be a string."),
        ({"source": {"type": "CUSTOM2"}}, "source_name_missing", "A source of the type CUSTOM2 must have a name."),
    ],
)
def test_refusal_says_where_and_what(api, changes, outcome_, description):
    mock = api("crmcom")
    status = create(mock, **changes).json()["status"]
    assert mock.last_entry().outcome == outcome_
    assert description is None or status["description"] == description


def test_first_parameter_in_the_tables_order_is_answered(api):
    assert outcome(api("crmcom"), source=ABSENT, importance=ABSENT, estimated_completion_time=ABSENT) == (
        "importance_missing"
    )


def test_missing_token_comes_first(api):
    assert outcome(api("crmcom"), token=ABSENT, importance=ABSENT) == "token_missing"


@pytest.mark.parametrize("content", [b"\xff", b"{" * 5000, b"[" * 5000, b'{"a": NaN}', b"nonsense", b'{"a": 1'])
def test_unreadable_body_gets_the_envelope(api, content):
    response = api("crmcom").post(PATHS["createLead"], content=content, headers=JSON)
    assert response.json()["status"]["code"].endswith("MALFORMEDJSONEXCEPTION")
    assert response.json()["data"] == {}


@pytest.mark.parametrize("content", [b"null", b"5", b'"text"', b"[]", b"true"])
def test_body_that_is_no_object_gets_the_envelope(api, content):
    response = api("crmcom").post(PATHS["createLead"], content=content, headers=JSON)
    assert response.json()["status"]["code"].endswith("BODYNOTOBJECTEXCEPTION")


def test_body_without_content_type_is_read_as_json(api):
    response = api("crmcom").post(PATHS["createLead"], content=json.dumps(lead()).encode())
    assert response.json()["status"]["code"] == "OK"


def test_form_is_refused_as_media_type(api):
    response = api("crmcom").post(PATHS["createToken"], data=LOGIN)
    assert response.status_code == 415
    assert response.json()["status"]["code"].endswith("MEDIATYPEUNSUPPORTEDEXCEPTION")


@pytest.mark.parametrize("error_status", ["200", "4xx"])
def test_unknown_path_and_method_get_the_envelope(api, error_status):
    mock = api("crmcom", settings={"crmcom.error_status": error_status})
    unknown = mock.post(f"{BASE}/leads/delete", json={})
    assert (unknown.status_code, unknown.json()["data"]) == (404, {})
    wrong = mock.get(PATHS["createLead"])
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert wrong.json()["status"]["code"].endswith("METHODNOTALLOWEDEXCEPTION")


def test_magic_word_in_the_description_forces_an_outcome(api):
    mock = api("crmcom")
    assert outcome(mock, description="mock-accounts_receivable_missing") == "accounts_receivable_missing"
    assert mock.last_entry().chosen_by == "magic"


def test_body_over_the_limit_gets_the_envelope(api):
    response = api("crmcom").post(PATHS["createLead"], content=b" " * (9 * 1024 * 1024), headers=JSON)
    assert response.status_code == 413
    assert response.json()["status"]["code"].endswith("BODYTOOLARGEEXCEPTION")
