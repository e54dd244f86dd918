"""A generated response reaches the client byte for byte, in process and over a socket."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings

from crm_contracts.fuzz import answers
from crm_contracts.pytest_plugin.fixtures.admin_channel import SocketChannel
from crm_contracts.pytest_plugin.fixtures.session_mocks import open_session
from crm_mocks.errors import UsageError
from tests.offline.conftest import BASE, KEY, mocks, offline  # noqa: F401  # fixtures

OPERATION = "config_api.getLeadConfig"
PATH = "/v1/leads/config"
cheap = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
complete = answers(OPERATION).filter(lambda response: response.fault is None)
_FRAMING = ("content-length", "date", "transfer-encoding")


def without_framing(headers):
    return [(name, value) for name, value in headers if name.lower() not in _FRAMING]


@pytest.fixture(scope="module")
def served():
    import crm_mocks

    with crm_mocks.serve(["config_api"], port=0) as server:
        channel = SocketChannel(server.url)
        yield open_session(channel, "fuzzed", [], {"config_api": {}}).config_api
        channel.close()


def test_requests_receives_the_bytes_in_process(mocks):  # noqa: F811  # the fixture
    @cheap
    @given(response=complete)
    def is_delivered(response):
        mocks.config_api.respond(response)
        received = requests.get(BASE + PATH, headers=KEY, stream=True, timeout=60)
        assert (received.status_code, received.raw.read()) == (response.status, response.body)
        assert sorted(without_framing(received.raw.headers.items())) == sorted(response.headers)

    is_delivered()


def test_httpx_receives_the_bytes_in_process(mocks):  # noqa: F811  # the fixture
    @cheap
    @given(response=complete)
    def is_delivered(response):
        mocks.config_api.respond(response)
        received = httpx.get(BASE + PATH, headers=KEY)
        assert (received.status_code, received.content) == (response.status, response.body)

    is_delivered()


def test_bytes_and_headers_are_delivered_over_a_socket(served):
    address = urlsplit(served.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)

    @cheap
    @given(response=complete)
    def is_delivered(response):
        served.respond(response)
        connection.request("GET", address.path + PATH, headers=KEY)
        received = connection.getresponse()
        assert (received.status, received.read()) == (response.status, response.body)
        assert without_framing(received.getheaders()) == list(response.headers)
        assert (received.getheader("transfer-encoding") == "chunked") == response.chunked

    is_delivered()
    connection.close()


def test_a_fault_raises_the_exception_of_the_library(mocks):  # noqa: F811  # the fixture
    @settings(cheap, max_examples=15)
    @given(response=answers(OPERATION, allowed=False).filter(lambda response: response.kind == "broken connection"))
    def breaks(response):
        mocks.config_api.respond(response)
        with pytest.raises(requests.RequestException):
            requests.get(BASE + PATH, headers=KEY, timeout=60)

    breaks()


def test_a_generated_response_does_not_count_as_an_outcome(mocks):  # noqa: F811  # the fixture
    @settings(cheap, max_examples=1)
    @given(response=answers(OPERATION, outcome="lead_config", allowed=True))
    def is_delivered(response):
        mocks.config_api.respond(response)
        assert json.loads(requests.get(BASE + PATH, headers=KEY, timeout=60).content)
        assert mocks.config_api.requests[0].outcome is None

    is_delivered()


def test_a_response_of_another_crm_is_refused(mocks):  # noqa: F811  # the fixture
    @settings(cheap, max_examples=1)
    @given(response=complete)
    def refuses(response):
        with pytest.raises(UsageError, match=r"config_api.getLeadConfig is not an operation of activix"):
            mocks.activix.respond(response)

    refuses()
