"""Tokens: format, life and expiry in each release."""

from __future__ import annotations

import base64
import json
import re
from contextlib import suppress

import httpx
import pytest

from tests.vendors.crmcom.causes import KEY, LOGIN, PATHS, SAMPLE_TOKEN, call, login
from tests.vendors.crmcom.helpers import create, lead

OLD = {"crmcom.release": "R11.1.0"}
CSR_UNIT = "DD5839C98F2F9C2E48F67ABC7C23A6CA"
LOGINS = [("createToken", LOGIN), ("createTokenFromWebApiKey", {})]


def claims(token: str) -> dict[str, str]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def clock(mock):
    return mock.app.mock_app.sessions.get("default").clock


def is_accepted(mock, token: str) -> bool:
    return create(mock, token=token).json()["status"]["code"] == "OK"


def test_token_is_a_jwt_whose_times_are_strings_two_hours_apart(api):
    found = claims(login(api("crmcom")))
    assert (found["usr"], found["org"], found["oun"]) == ("demo", "demo", "1")
    assert int(found["exp"]) - int(found["iat"]) == 7200
    assert found.keys() == {"usr", "org", "oun", "exp", "iat", "jti"}


@pytest.mark.parametrize("release", ["R11.0.0", "R11.1.0"])
def test_token_is_hex_digits_in_old_releases(api, release):
    token = login(api("crmcom", settings={"crmcom.release": release}))
    assert re.fullmatch("[0-9A-F]{32}", token)


@pytest.mark.parametrize(("operation", "body"), LOGINS)
def test_unit_of_the_login_stands_in_the_token_and_in_the_log(api, operation, body):
    mock = api("crmcom")
    token = call(mock, operation, {**body, "unit": CSR_UNIT}).json()["data"]["token"]
    assert claims(token)["oun"] == CSR_UNIT
    log = create(mock, token=token).json()["data"]["log_information"]
    assert log["created_by_unit"]["group_name"] == "CSR Group"
    assert log["created_by_user"]["username"] == "demo"


@pytest.mark.parametrize(("operation", "body"), LOGINS)
@pytest.mark.parametrize("unit", ["CSR Unit", "csrunit", ""])
def test_unit_of_the_login_is_an_id(api, operation, body, unit):
    mock = api("crmcom")
    call(mock, operation, {**body, "unit": unit})
    assert mock.last_entry().outcome == "login_unit_unknown"


@pytest.mark.parametrize("credentials", [f"{KEY}:", KEY])
def test_web_api_key_is_read_with_and_without_a_colon(api, credentials):
    mock = api("crmcom")
    headers = {"Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"}
    assert mock.post(PATHS["createTokenFromWebApiKey"], headers=headers).json()["status"]["code"] == "OK"
    assert mock.last_entry().violations == []


@pytest.mark.parametrize("sent", ["", "Og==", "!", "Basic"])
def test_header_without_a_web_api_key_is_refused(api, sent):
    mock = api("crmcom")
    mock.post(PATHS["createTokenFromWebApiKey"], headers={"Authorization": f"Basic {sent}"})
    assert mock.last_entry().outcome == "web_api_key_missing"


@pytest.mark.parametrize(
    ("release", "kinds"), [("R11.1.0", []), ("R14.0.0", ["deprecated"]), ("R18.0.0", ["deprecated"])]
)
def test_release_of_a_token_is_deprecated_from_r12_on(api, release, kinds):
    mock = api("crmcom", settings={"crmcom.release": release})
    assert call(mock, "releaseToken", {"token": SAMPLE_TOKEN}).json()["status"]["code"] == "OK"
    assert [each.kind for each in mock.last_entry().notices] == kinds


def test_user_name_of_the_login_ignores_case(api):
    answer = call(api("crmcom"), "createToken", {**LOGIN, "username": "DEMO"})
    assert answer.json()["status"]["code"] == "OK"


def test_jwt_lives_two_hours_flat(api):
    mock = api("crmcom")
    token = login(mock)
    clock(mock).advance(7199)
    assert is_accepted(mock, token)
    clock(mock).advance(1)
    assert not is_accepted(mock, token)


def test_old_token_lives_for_an_hour_after_each_use(api):
    mock = api("crmcom", settings=OLD)
    token = login(mock)
    for _ in range(3):
        clock(mock).advance(3599)
        assert is_accepted(mock, token)
    clock(mock).advance(3600)
    assert not is_accepted(mock, token)


@pytest.mark.parametrize("wrong", [{"importance": "none"}, {"type_identifier": {"name": "none"}}])
def test_a_refused_request_is_a_use_of_an_old_token(api, wrong):
    mock = api("crmcom", settings=OLD)
    token = login(mock)
    clock(mock).advance(3599)
    create(mock, token=token, **wrong)
    clock(mock).advance(3599)
    assert is_accepted(mock, token)


def test_released_token_is_unknown(api):
    mock = api("crmcom")
    token = login(mock)
    assert call(mock, "releaseToken", {"token": token}).json() == {
        "status": {"code": "OK", "message": "", "description": ""},
        "data": {},
    }
    create(mock, token=token)
    assert mock.last_entry().outcome == "token_unknown"


def test_token_of_another_session_is_unknown(api):
    mock = api("crmcom")
    create(mock, token=mock.post(f"/~other{PATHS['createToken']}", json=LOGIN).json()["data"]["token"])
    assert mock.last_entry().outcome == "token_unknown"


@pytest.mark.parametrize("release", ["R11.0.0", "R18.0.0"])
def test_sample_token_outlives_time_and_release(api, release):
    mock = api("crmcom", settings={"crmcom.release": release})
    clock(mock).advance(10_000_000)
    call(mock, "releaseToken", {"token": SAMPLE_TOKEN})
    assert is_accepted(mock, SAMPLE_TOKEN)


def test_bad_token_comes_before_all_else_that_is_wrong(api):
    mock = api("crmcom")
    create(mock, token="0", importance="HIGH", priority=9)
    entry = mock.last_entry()
    assert entry.outcome == "token_unknown"
    assert {each.rule for each in entry.violations} == {"token_unknown", "enum"}


@pytest.fixture
def expired(api):
    """A mock, and an expired token."""
    mock = api("crmcom")
    token = login(mock)
    clock(mock).advance(7200)
    return mock, token


def violations(mock):
    return [(each.location, each.rule) for each in mock.last_entry().violations]


def test_expired_token_breaks_no_rule_of_the_contract(expired):
    """A correct client can meet it, and logs in again."""
    mock, token = expired
    create(mock, token=token)
    assert violations(mock) == []


@pytest.mark.parametrize("operation", ["createLead", "releaseToken"])
def test_expired_token_breaks_the_contract_once_the_client_knows(expired, operation):
    mock, token = expired
    create(mock, token=token)
    call(mock, operation, {**lead(), "token": token})
    assert violations(mock) == [(("body", "token"), "token_expired")]
    assert "createToken " in mock.last_entry().violations[0].message


@pytest.mark.parametrize(
    "instead", [{"status": 500}, {"status": 500, "phase": "after"}, {"fault": "EMPTY_RESPONSE", "phase": "after"}]
)
def test_client_that_was_answered_otherwise_does_not_know_that_its_token_has_expired(expired, instead):
    mock, token = expired
    mock.post("/__admin/responses", json={"operation": "crmcom.createLead", **instead})
    with suppress(httpx.TransportError):
        create(mock, token=token)
    create(mock, token=token)
    assert violations(mock) == []
    assert mock.last_entry().outcome == "token_expired"


def test_equal_logins_of_equal_seeds_give_equal_tokens(api):
    assert login(api("crmcom")) == login(api("crmcom"))
    assert login(api("crmcom")) != login(api("crmcom", seed=2))
