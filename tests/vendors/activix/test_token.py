"""The token endpoint, as RFC 6749 describes the client credentials grant."""

import json

import pytest

from crm_mocks.errors import UsageError
from tests.vendors.activix.causes import BASIC, CLIENT, GRANT, TOKEN, WRONG_BASIC, lead, push

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        (GRANT | CLIENT, {}),
        (GRANT, BASIC),
        (GRANT, {"Authentication": BASIC["Authorization"]}),
        (GRANT | {"client_id": "activix"}, BASIC),
        (GRANT | CLIENT | {"scope": "anything", "unknown": "1"}, {}),
    ],
)
def test_token_is_issued(api, form, headers):
    mock = api("activix")
    answer = mock.post(TOKEN, data=form, headers=headers)
    body = answer.json()
    assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    assert push(mock, lead(), {"Authorization": f"Bearer {body['access_token']}"}).status_code == 200


def test_each_token_is_another_and_all_hold(api):
    mock = api("activix")
    tokens = [mock.post(TOKEN, data=GRANT | CLIENT).json()["access_token"] for _ in range(2)]
    assert len(set(tokens)) == 2
    assert [push(mock, lead(), {"Authorization": f"Bearer {token}"}).status_code for token in tokens] == [200, 200]


def test_same_seed_gives_the_same_tokens(api):
    def tokens(between):
        mock = api("activix", seed=7)
        first = mock.post(TOKEN, data=GRANT | CLIENT).json()
        if between:
            mock.post(TOKEN, data=GRANT, headers=WRONG_BASIC)
            push(mock, lead())
        return first, mock.post(TOKEN, data=GRANT | CLIENT).json()

    assert tokens(between=False) == tokens(between=True)


def test_life_of_a_token_is_a_setting(api):
    mock = api("activix", settings={"activix.token_seconds": 5})
    assert mock.post(TOKEN, data=GRANT | CLIENT).json()["expires_in"] == 5


def test_form_without_content_type_is_read(api):
    body = b"grant_type=client_credentials&client_id=activix&client_secret=activix-secret"
    assert api("activix").post(TOKEN, content=body).status_code == 200


def test_json_is_refused(api):
    assert api("activix").post(TOKEN, json=GRANT | CLIENT).status_code == 415


@pytest.mark.parametrize(
    ("body", "headers", "status", "error"),
    [
        (b"", {}, 400, "invalid_request"),
        (b"=", {}, 400, "invalid_request"),
        (b"grant_type", {}, 400, "invalid_request"),
        (b"grant_type=%FF&grant_type=client_credentials", {}, 400, "invalid_request"),
        (b"grant_type=authorization_code", {}, 400, "unsupported_grant_type"),
        (b"grant_type=client_credentials&client_secret=a&client_secret=a", {}, 400, "invalid_request"),
        (b"grant_type=client_credentials&client_secret=activix-secret", BASIC, 400, "invalid_request"),
        (b"grant_type=client_credentials", {}, 401, "invalid_client"),
        (b"grant_type=client_credentials&client_id=activix", {}, 401, "invalid_client"),
        (b"grant_type=client_credentials&client_id=activix&client_secret=wrong", {}, 401, "invalid_client"),
        (b"grant_type=client_credentials", WRONG_BASIC, 401, "invalid_client"),
        (b"grant_type=client_credentials", {"Authorization": "Basic ?"}, 401, "invalid_client"),
    ],
)
def test_refusal_has_the_error_of_the_rfc(api, body, headers, status, error):
    mock = api("activix")
    answer = mock.post(TOKEN, content=body, headers=FORM | headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) is (status == 401)
    assert mock.records("tokens") == []


@pytest.mark.parametrize(
    ("body", "headers", "status", "outcome"),
    [
        (b"grant_type=", BASIC, 400, "grant_type_missing"),
        (b"grant_type=client_credentials&client_id=activix&client_secret=", {}, 401, "client_missing"),
        (b"grant_type=client_credentials&client_id=&client_secret=", BASIC, 200, "token_issued"),
    ],
)
def test_a_parameter_without_a_value_counts_as_omitted(api, body, headers, status, outcome):
    mock = api("activix")
    assert mock.post(TOKEN, content=body, headers=FORM | headers).status_code == status
    assert mock.last_entry().outcome == outcome


def test_repeated_name_with_control_characters_is_named_in_a_header_that_can_be_sent(api):
    answer = api("activix").post(TOKEN, data=GRANT | CLIENT | {"\x7f\n\u2028": ["1", "2"]})
    assert answer.json()["error"] == "invalid_request"
    listed = answer.headers["sl-violations"]
    assert listed.isascii()
    assert listed.isprintable()
    assert json.loads(listed)[0]["location"] == ["request", "body", "\x7f\n\u2028"]


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ({"client_id": "mine"}, "is invalid: member 'expires_at' is required"),
        ({"client_id": "mine", "expires_at": "2026-02-01T12:00:00"}, "is invalid: expires_at must be"),
        ({"expires_at": "2026-02-01T12:00:00Z"}, "is invalid: member 'client_id' is required"),
    ],
)
def test_a_supplied_token_must_be_complete(api, token, fault):
    with pytest.raises(UsageError, match=fault):
        api("activix", records={"activix": {"tokens": [{"access_token": "mine", **token}]}})


def test_a_supplied_token_is_valid_until_it_expires(api):
    token = {"access_token": "mine", "client_id": "mine", "expires_at": "2026-01-31T12:00:01Z"}
    mock = api("activix", records={"activix": {"tokens": [token]}})
    assert push(mock, lead(), {"Authorization": "Bearer mine"}).status_code == 200
    mock.post("/__admin/clock", json={"advance_seconds": 1})
    assert push(mock, lead(), {"Authorization": "Bearer mine"}).json() == {"message": "Access token expired."}
