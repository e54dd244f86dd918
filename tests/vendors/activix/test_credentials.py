"""Authentication of a push: Basic, bearer tokens and signatures, under either name of the header."""

import json

import pytest

from crm_mocks.vendors.activix.credentials import signature
from tests.vendors.activix.causes import BASIC, KEY, LEADS, WRONG_BASIC, bearer, lead, push

VECTOR_KEY = (
    "DkHmA6h9Z4HZVxugCwE2QCTiOKaBwBxgz6QHCuztUZFsqvPovfa4lkLs2FprQe4QNghSfIjd8CDwqLiIujanY9LcCDOLBuweQZ19cT7R3f4EvvUCI"
    "vXepmebIuVMAodzidqpKfxvGyVoWHSgspTlNvcjlvlIPMK0sFGOomeoVr7H91SYt4A2Qk8RG4SPLCWaBbWeI1ZWxOi6jcuBF3YukH40B7LsOfWy9d"
    "xMdtBWNszsOGChoXOSNxoevdAOdIMA"
)
VECTOR_BODY = b'{"id":465783,"account_id":44,"first_name":"John","last_name":"Doe","lead_type":"web"}'
VECTOR_DIGEST = "8bbc079a4c323565f113de0e84d5433ba4b8a399cfd4a07a54d6c524f61aae35"


def signed(mock, body, digest, **headers):
    return mock.post(LEADS, content=body, headers={"X-Activix-Signature": digest, **headers})


@pytest.mark.parametrize("name", ["Authorization", "Authentication"])
def test_basic_is_accepted_under_both_names(api, name):
    assert push(api("activix"), lead(), {name: BASIC["Authorization"]}).status_code == 200


@pytest.mark.parametrize("name", ["Authorization", "Authentication"])
def test_bearer_token_is_accepted_under_both_names(api, name):
    mock = api("activix")
    assert push(mock, lead(), {name: bearer(mock)["Authorization"]}).status_code == 200


def test_authorization_counts_when_both_are_there(api):
    mock = api("activix")
    wrong = WRONG_BASIC["Authorization"]
    assert push(mock, lead(), BASIC | {"Authentication": wrong}).status_code == 200
    assert push(mock, lead(), WRONG_BASIC | {"Authentication": BASIC["Authorization"]}).status_code == 401


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("", "credentials_missing"),
        ("Digest abc", "credentials_missing"),
        ("Basic", "credentials_wrong"),
        ("Basic ???", "credentials_wrong"),
        ("Basic YWN0aXZpeA==", "credentials_wrong"),
        ("basic YWN0aXZpeDphY3Rpdml4LXNlY3JldDI=", "credentials_wrong"),
        ("Bearer", "token_unknown"),
        ("Bearer é", "token_unknown"),
    ],
)
def test_bad_credentials_are_refused(api, value, outcome):
    mock = api("activix")
    answer = push(mock, lead(), {"Authorization": value.encode()})
    assert (answer.status_code, mock.last_entry().outcome) == (401, outcome)
    assert answer.json().keys() == {"message"}
    assert answer.headers["www-authenticate"] == 'Basic realm="activix", Bearer realm="activix"'
    assert mock.records("leads") == []


def test_violations_of_the_body_are_listed_beside_missing_credentials(api):
    answer = push(api("activix"), lead(rating="x"), {})
    assert {each["location"][1] for each in json.loads(answer.headers["sl-violations"])} == {"security", "body"}


def test_token_holds_until_its_last_second(api):
    mock = api("activix", settings={"activix.token_seconds": 60})
    headers = bearer(mock)
    clock = mock.app.mock_app.sessions.get("default").clock
    clock.advance(59)
    assert push(mock, lead(), headers).status_code == 200
    clock.advance(1)
    assert push(mock, lead(), headers).status_code == 401
    assert mock.last_entry().outcome == "token_expired"


def test_expired_token_breaks_the_contract_once_the_client_knows(api):
    mock = api("activix")
    headers = bearer(mock)
    mock.app.mock_app.sessions.get("default").clock.advance(3600)
    rules = []
    for _ in range(2):
        push(mock, lead(), headers)
        rules.append([(each.location, each.rule) for each in mock.last_entry().violations])
    assert rules == [[], [(("security",), "token_expired")]]
    assert "issueToken" in mock.last_entry().violations[0].message


def test_token_is_unknown_in_another_session(api):
    mock = api("activix")
    assert push(mock, lead(), bearer(mock) | {"X-Mock-Session": "other"}).status_code == 401


def test_signature_is_the_vendors():
    assert signature(VECTOR_KEY, VECTOR_BODY) == VECTOR_DIGEST


def test_later_webhook_of_the_vendor_is_accepted_by_its_signature(api):
    mock = api("activix", settings={"activix.signature_key": VECTOR_KEY})
    assert signed(mock, VECTOR_BODY, VECTOR_DIGEST).status_code == 200
    assert mock.last_entry().outcome == "created_later_webhook"


@pytest.mark.parametrize("body", [b'{"id": 1, "account_id": 44, "city": "Montr\\u00e9al \\/ 3.90"}'])
def test_signature_is_of_the_exact_bytes(api, body):
    mock = api("activix", settings={"activix.signature_key": KEY})
    again = json.dumps(json.loads(body)).encode()
    assert signed(mock, body, signature(KEY, again)).status_code == 401
    assert signed(mock, body, signature(KEY, body)).status_code == 200


@pytest.mark.parametrize("digest", ["", "é".encode(), VECTOR_DIGEST.upper(), VECTOR_DIGEST[:-1]])
def test_wrong_signature_is_refused(api, digest):
    mock = api("activix", settings={"activix.signature_key": VECTOR_KEY})
    assert signed(mock, VECTOR_BODY, digest).status_code == 401
    assert (mock.last_entry().outcome, mock.records("leads")) == ("signature_wrong", [])


def test_credentials_do_not_stand_in_for_a_signature(api):
    mock = api("activix", settings={"activix.signature_key": VECTOR_KEY})
    assert push(mock, lead()).json() == {"message": "Missing signature."}


def test_signature_is_ignored_without_a_key(api):
    mock = api("activix")
    assert signed(mock, VECTOR_BODY, "wrong", **BASIC).status_code == 200
    assert signed(mock, VECTOR_BODY, VECTOR_DIGEST).status_code == 401
