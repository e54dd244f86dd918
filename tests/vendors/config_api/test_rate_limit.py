from __future__ import annotations

import pytest

from crm_mocks.errors import UsageError
from tests.vendors.config_api.causes import KEY, call, create, lead


def _statuses(mock, times, operation="getLeadConfig", headers=KEY):
    return [call(mock, operation, headers).status_code for _ in range(times)]


def _advance(mock, seconds):
    mock.app.mock_app.sessions.get("default").clock.advance(seconds)


def test_thousand_requests_a_minute_are_answered(api):
    assert _statuses(api("config_api"), 1001) == [200] * 1000 + [429]


def test_requests_are_denied_for_a_minute_from_the_excess(api):
    mock = api("config_api", settings={"config_api.rate_limit": "2/60"})
    assert _statuses(mock, 2) == [200, 200]
    _advance(mock, 40)
    assert _statuses(mock, 1) == [429]
    _advance(mock, 59)
    assert _statuses(mock, 1) == [429]
    _advance(mock, 1)
    assert _statuses(mock, 3) == [200, 200, 429]


def test_window_ends_after_its_seconds(api):
    mock = api("config_api", settings={"config_api.rate_limit": "2/60"})
    assert _statuses(mock, 2) == [200, 200]
    _advance(mock, 60)
    assert _statuses(mock, 2) == [200, 200]


def test_endpoints_and_keys_are_counted_apart(api):
    mock = api("config_api", settings={"config_api.rate_limit": "1/60"})
    assert _statuses(mock, 2) == [200, 429]

    assert _statuses(mock, 1, headers={"x-api-key": "demo-key-read-only"}) == [200]
    assert create(mock).status_code == 200


def test_refused_credentials_are_not_counted(api):
    mock = api("config_api", settings={"config_api.rate_limit": "1/60"})

    assert _statuses(mock, 3, headers={"x-api-key": "wrong"}) == [401] * 3
    assert _statuses(mock, 2, headers={"x-api-key": "demo-key-write-only"}) == [403] * 2
    assert _statuses(mock, 1) == [200]


def test_bodies_that_break_the_contract_are_counted(api):
    mock = api("config_api", settings={"config_api.rate_limit": "1/60"})

    assert create(mock, {}).status_code == 400
    assert create(mock).status_code == 429


def test_forced_answers_are_not_counted(api):
    mock = api("config_api", settings={"config_api.rate_limit": "1/60"})

    assert _statuses(mock, 2, headers={**KEY, "prefer": "code=500"}) == [500, 500]
    assert _statuses(mock, 1) == [200]


def test_limit_can_be_switched_off(api):
    mock = api("config_api", settings={"config_api.rate_limit": "off"})

    assert _statuses(mock, 1001) == [200] * 1001


def test_changed_limit_begins_to_count_anew(api):
    mock = api("config_api", settings={"config_api.rate_limit": "1/60"})
    assert _statuses(mock, 2) == [200, 429]

    mock.app.mock_app.sessions.get("default").change_settings({"config_api.rate_limit": "2/60"})

    assert _statuses(mock, 3) == [200, 200, 429]


def test_the_error_names_the_limit(api):
    mock = api("config_api", settings={"config_api.rate_limit": "1/10"})
    _statuses(mock, 1)

    answer = call(mock, "getLeadConfig")

    assert answer.json()["args"] == ["1", "10"]
    assert "retry-after" not in answer.headers


def test_retry_after_is_sent_when_the_setting_asks_for_it(api):
    mock = api("config_api", settings={"config_api.rate_limit": "1/60", "config_api.retry_after": "on"})
    _statuses(mock, 2)
    _advance(mock, 20.5)

    assert call(mock, "getLeadConfig").headers["retry-after"] == "40"
    assert "Retry-After" in mock.get("/openapi/config_api.json").text


def test_forced_refusal_has_retry_after_too(api):
    mock = api("config_api", settings={"config_api.retry_after": "on"})

    answer = create(mock, lead(), headers={**KEY, "prefer": "code=429"})

    assert answer.headers["retry-after"] == "60"


@pytest.mark.parametrize("value", ["", "0/60", "10", "10/0", "-1/60", "ten/60", "1000/60/2"])
def test_limit_that_is_none_is_a_usage_error(api, value):
    with pytest.raises(UsageError, match="such as 1000/60, or off"):
        api("config_api", settings={"config_api.rate_limit": value})
