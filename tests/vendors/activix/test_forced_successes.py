"""After a forced success, requests that refer to it are not refused."""

from __future__ import annotations

import pytest

from tests.vendors.activix.causes import CLIENT, GRANT, TOKEN, lead, push
from tests.vendors.forcing import WAYS, queue


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", [GRANT | CLIENT, GRANT, GRANT | CLIENT | {"client_secret": "wrong"}])
def test_a_forced_token_works(api, way, form):
    mock = api("activix")
    answer = mock.post(TOKEN, data=form, headers=WAYS[way](mock, "activix.issueToken", "token_issued"))
    assert answer.status_code == 200
    assert push(mock, lead(), bearer(answer)).status_code == 200


def test_a_token_forced_by_a_magic_value_works(api):
    mock = api("activix")
    answer = mock.post(TOKEN, data=GRANT | {"client_id": "mock-token_issued", "client_secret": "x"})
    assert push(mock, lead(), bearer(answer)).status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_lead_is_accepted_after_a_forced_creation(api, way):
    mock = api("activix")
    basic = {"Authorization": "Basic YWN0aXZpeDphY3Rpdml4LXNlY3JldA=="}
    operation = mock.app.mock_app.contracts["activix"].operations["createLead"]
    for outcome in [name for name, each in operation.outcomes.items() if each.status == 200]:
        push(mock, lead(), {**basic, **WAYS[way](mock, "activix.createLead", outcome)})
        assert push(mock, lead(), basic).status_code == 200


def test_a_forced_token_lives_as_long_as_its_response_states(api):
    mock = api("activix")
    queue(mock, "activix.issueToken", body={"access_token": "t", "token_type": "Bearer", "expires_in": 60})
    answer = mock.post(TOKEN, data=GRANT | CLIENT)
    assert push(mock, lead(), bearer(answer)).status_code == 200
    mock.post("/__admin/clock", json={"session": mock.session, "advance_seconds": 61})
    assert push(mock, lead(), bearer(answer)).status_code == 401
    assert mock.last_entry().outcome == "token_expired"


@pytest.mark.parametrize("life", [0, -1, None, "60", True, 2.5, 10**30])
def test_a_forced_token_without_a_usable_life_has_that_of_the_setting(api, life):
    mock = api("activix")
    queue(mock, "activix.issueToken", body={"access_token": "t", "expires_in": life})
    assert push(mock, lead(), bearer(mock.post(TOKEN, data=GRANT | CLIENT))).status_code == 200


@pytest.mark.parametrize("body", [None, 5, [], {}, {"access_token": None}, {"access_token": 5}])
def test_odd_bodies_are_ignored(api, body):
    mock = api("activix")
    queue(mock, "activix.issueToken", body=body)
    assert mock.post(TOKEN, data=GRANT | CLIENT).status_code == 200
    assert mock.records("tokens") == []


def test_a_forced_refusal_makes_no_token_known(api):
    mock = api("activix")
    queue(mock, "activix.issueToken", status=401, body={"access_token": "t"})
    mock.post(TOKEN, data=GRANT | CLIENT)
    assert mock.records("tokens") == []


@pytest.mark.parametrize("fault", ["EMPTY_RESPONSE", "TRUNCATED_BODY", "TIMEOUT"])
def test_a_response_that_is_lost_makes_no_token_known(api, fault):
    mock = api("activix")
    queue(mock, "activix.issueToken", example="token_issued", fault=fault)
    mock.post(TOKEN, data=GRANT | CLIENT)
    assert mock.records("tokens") == []


def test_a_token_in_raw_bytes_works(api):
    mock = api("activix")
    queue(mock, "activix.issueToken", body_base64="eyJhY2Nlc3NfdG9rZW4iOiAidCJ9", headers={"Content-Type": "text/x"})
    mock.post(TOKEN, data=GRANT | CLIENT)
    assert push(mock, lead(), {"Authorization": "Bearer t"}).status_code == 200
