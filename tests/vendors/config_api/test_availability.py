from __future__ import annotations

import pytest

from tests.vendors.config_api.causes import KEY, URLS, call, create, lead

TOO_SLOW = {"config_api.latency_ms": 2, "config_api.transaction_timeout_ms": 1}


@pytest.mark.parametrize("operation", URLS)
def test_transaction_that_takes_too_long_is_cancelled(api, operation):
    kwargs = {} if operation == "getLeadConfig" else {"json": lead()}

    answer = call(api("config_api", settings=TOO_SLOW), operation, **kwargs)

    assert (answer.status_code, answer.json()["errorCode"]) == (503, "errormessage.service.unavailable")
    assert "retry-after" not in answer.headers


def test_cancelled_creation_stores_nothing_and_may_be_repeated(api):
    mock = api("config_api", settings=TOO_SLOW)
    customers = mock.records("customers")

    assert create(mock).status_code == 503
    assert (mock.records("leads"), mock.records("customers")) == ([], customers)

    mock.app.mock_app.sessions.get("default").change_settings({"config_api.latency_ms": 0})
    assert create(mock).status_code == 200


@pytest.mark.parametrize("timeout", [0, 2, 3])
def test_transaction_within_its_time_is_not_cancelled(api, timeout):
    settings = {"config_api.latency_ms": 2, "config_api.transaction_timeout_ms": timeout}

    assert create(api("config_api", settings=settings)).status_code == 200


@pytest.mark.parametrize(("headers", "status"), [({"x-api-key": "wrong"}, 401), (KEY, 400)])
def test_refusals_come_before_the_transaction(api, headers, status):
    assert create(api("config_api", settings=TOO_SLOW), {}, headers=headers).status_code == status


@pytest.mark.parametrize("operation", URLS)
def test_service_is_unavailable_on_request(api, operation):
    kwargs = {} if operation == "getLeadConfig" else {"json": lead()}

    answer = call(api("config_api"), operation, {**KEY, "prefer": "code=503"}, **kwargs)

    assert answer.status_code == 503
    assert answer.json()["errorMessage"] == "The service is unavailable, please try again later."
