"""A generated answer reaches a client byte for byte, in process and over a socket."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings

from crm_contracts.fuzz import answers
from crm_contracts.pytest_plugin.admin_channel import SocketChannel
from crm_contracts.pytest_plugin.session_mocks import open_session
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
whole = answers(OPERATION).filter(lambda answer: answer.fault is None)
_FRAMING = ("content-length", "date", "transfer-encoding")


def own(headers):
    return [(name, value) for name, value in headers if name.lower() not in _FRAMING]


@pytest.fixture(scope="module")
def served():
    import crm_mocks

    with crm_mocks.serve(["config_api"], port=0) as server:
        channel = SocketChannel(server.url)
        yield open_session(channel, "fuzzed", [], {"config_api": {}}).config_api
        channel.close()


def test_requests_gets_the_bytes_in_process(mocks):  # noqa: F811  # the fixture
    @cheap
    @given(answer=whole)
    def given_back(answer):
        mocks.config_api.respond(answer)
        got = requests.get(BASE + PATH, headers=KEY, stream=True, timeout=5)
        assert (got.status_code, got.raw.read()) == (answer.status, answer.body)
        assert sorted(own(got.raw.headers.items())) == sorted(answer.headers)

    given_back()


def test_httpx_gets_the_bytes_in_process(mocks):  # noqa: F811  # the fixture
    @cheap
    @given(answer=whole)
    def given_back(answer):
        mocks.config_api.respond(answer)
        got = httpx.get(BASE + PATH, headers=KEY)
        assert (got.status_code, got.content) == (answer.status, answer.body)

    given_back()


def test_a_socket_carries_the_bytes_and_the_headers_as_they_are(served):
    address = urlsplit(served.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)

    @cheap
    @given(answer=whole)
    def given_back(answer):
        served.respond(answer)
        connection.request("GET", address.path + PATH, headers=KEY)
        got = connection.getresponse()
        assert (got.status, got.read()) == (answer.status, answer.body)
        assert own(got.getheaders()) == list(answer.headers)
        assert (got.getheader("transfer-encoding") == "chunked") == answer.chunked

    given_back()
    connection.close()


def test_a_fault_reaches_the_client_as_its_librarys_exception(mocks):  # noqa: F811  # the fixture
    @settings(cheap, max_examples=15)
    @given(answer=answers(OPERATION, allowed=False).filter(lambda answer: answer.kind == "broken connection"))
    def breaks(answer):
        mocks.config_api.respond(answer)
        with pytest.raises(requests.RequestException):
            requests.get(BASE + PATH, headers=KEY, timeout=5)

    breaks()


def test_a_generated_response_counts_as_no_documented_outcome(mocks):  # noqa: F811  # the fixture
    @settings(cheap, max_examples=1)
    @given(answer=answers(OPERATION, outcome="lead_config", allowed=True))
    def given_back(answer):
        mocks.config_api.respond(answer)
        assert json.loads(requests.get(BASE + PATH, headers=KEY, timeout=5).content)
        assert mocks.config_api.requests[0].outcome is None

    given_back()


def test_an_answer_of_another_crm_is_refused(mocks):  # noqa: F811  # the fixture
    @settings(cheap, max_examples=1)
    @given(answer=whole)
    def refuses(answer):
        with pytest.raises(UsageError, match=r"config_api.getLeadConfig is not an operation of activix"):
            mocks.activix.respond(answer)

    refuses()
