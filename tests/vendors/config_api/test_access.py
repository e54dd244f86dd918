from __future__ import annotations

import pytest

from tests.vendors.config_api.causes import KEY, URLS, call, create, lead


@pytest.mark.parametrize("path", [*URLS.values(), "/v1/anything"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [(KEY, 200), ({"x-api-key": "demo-key-read-only"}, 200), ({"x-api-key": "wrong"}, 401), ({}, 401)],
)
def test_head_only_checks_the_key(api, path, headers, status):
    answer = api("config_api").request("HEAD", path, headers=headers)

    assert (answer.status_code, answer.content) == (status, b"")


def test_empty_key_counts_as_none(api):
    answer = call(api("config_api"), "getLeadConfig", {"x-api-key": ""})

    assert (answer.status_code, answer.json()["errorCode"]) == (401, "errormessage.apikey.missing")


def test_permission_denied_names_the_scope(api):
    answer = create(api("config_api"), headers={"x-api-key": "demo-key-read-only"})

    assert answer.status_code == 403
    assert answer.json()["errorCode"] == "errormessage.permission.denied"
    assert answer.json()["typedArgs"] == [{"value": ["LEAD_WRITE"], "type": "PERMISSION_LIST"}]


def test_key_is_checked_before_the_body(api):
    answer = create(api("config_api"), {}, headers={"x-api-key": "wrong"})

    assert answer.status_code == 401


def test_keys_are_records(api):
    mock = api("config_api", records={"config_api": {"api_keys": [{"key": "mine", "scopes": ["LEAD_READ"]}]}})

    assert call(mock, "getLeadConfig", {"x-api-key": "mine"}).status_code == 200
    assert create(mock, headers={"x-api-key": "mine"}).status_code == 403


def test_magic_word_behind_a_good_key_leaves_it_good(api):
    mock = api("config_api")

    answer = call(mock, "createLead", {"x-api-key": "demo-key+mock-429"}, json=lead())

    assert answer.status_code == 429
    assert "sl-violations" not in answer.headers
    assert mock.records("leads") == []
