"""The fixtures of a CRM, on a server and in process."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import UserSuite

TESTS = """
import json

def test_url_and_credentials(mock):
    assert mock.credentials["x-api-key"] == "demo-key"
    assert get(mock) == 200

def test_requests_contains_the_requests_of_this_test(mock):
    assert mock.requests == []
    get(mock)
    (request,) = mock.requests
    assert (request.method, request.path, request.status) == ("GET", "/v1/leads/config", 200)
    assert (request.vendor, request.operation) == ("config_api", "config_api.getLeadConfig")
    assert (request.outcome, request.violations, request.query, request.body) == ("lead_config", [], "", "")
    assert "x-api-key" in request.headers
    assert "lead_config" in repr(request)

def test_a_queued_response_is_next_for_any_operation(mock):
    mock.respond(status=503)
    assert [get(mock), get(mock)] == [503, 200]

def test_a_queued_response_waits_for_its_operation(mock):
    mock.respond(operation="createLead", status=503)
    mock.respond(operation="config_api.getLeadConfig", example="internal_error", times=2)
    assert [get(mock), get(mock), get(mock)] == [500, 500, 200]

def test_an_impossible_response_is_refused(mock):
    with pytest.raises(Exception, match="has no example 'nothing'"):
        mock.respond(example="nothing")

def test_a_response_is_queued_from_a_file(mock, tmp_path):
    file = tmp_path / "x.json"
    response = {"operation": "config_api.getLeadConfig", "status": 418, "times": None, "metadata": {"operation": "x"}}
    file.write_text(json.dumps(response))
    mock.respond(**json.loads(file.read_bytes()))
    assert [get(mock), get(mock)] == [418, 418]

def test_a_response_may_name_the_crm_for_any_operation(mock):
    mock.respond(operation="config_api", status=418)
    assert [get(mock), get(mock)] == [418, 200]

def test_a_stub_answers_a_path_that_the_contract_does_not_have(mock):
    mock.respond(method="GET", path="/v1/studios/{id}", status=203, times=None)
    assert get(mock, path="/v1/studios/7") == 203
    assert [each.remark for each in mock.verdict().unmatched] == ["stubbed"]

def test_a_response_for_another_crm_is_refused(mock):
    with pytest.raises(Exception, match="leadbank.getLeads is not an operation of config_api"):
        mock.respond(operation="leadbank.getLeads", status=418)

def test_the_environment_is_available_if_programs_can_reach_the_mocks(mock, suite):
    check_environment(mock, suite)

def test_a_fault_breaks_the_connection(mock):
    mock.respond(fault="EMPTY_RESPONSE")
    with pytest.raises(Exception):
        get(mock)
    assert mock.requests[0].raw["fault"] == "EMPTY_RESPONSE"

def test_records_are_added_and_read(mock, suite):
    before = suite.activix.records("leads")
    suite.activix.add_record("leads", {"id": 4711})
    assert {record["id"] for record in suite.activix.records("leads")} == {4711, *(record["id"] for record in before)}

def test_settings_apply_to_this_test(mock):
    assert mock.settings(rate_limit="1/60")["rate_limit"] == "1/60"
    assert [get(mock), get(mock)] == [200, 429]

def test_settings_do_not_apply_to_other_tests(mock, suite):
    assert suite.settings()["config_api"]["rate_limit"] == "1000/60"
    assert suite.settings({"config_api.rate_limit": "off"})["config_api"]["rate_limit"] == "off"

def test_the_clock_moves(mock):
    mock.settings(rate_limit="1/60")
    stopped = mock.clock.set("2026-01-31T12:00:00Z")
    assert [get(mock), get(mock)] == [200, 429]
    assert (mock.clock.advance(61) - stopped).total_seconds() == 61
    assert get(mock) == 200

def test_reset_clears_the_session(mock):
    get(mock)
    mock.reset()
    assert mock.requests == []
    assert get(mock) == 200

def test_the_verdict_is_available_during_the_test(mock):
    get(mock, key="wrong")
    verdict = mock.verdict()
    assert [finding.rule for finding in verdict.failing] == ["key_unknown"]
    mock.reset()

def test_all_mocks_are_in_the_suite(mock, suite):
    assert suite.config_api is suite["config_api"] is mock
    get(mock)
    get(mock, path="/unknown")
    assert [request.vendor for request in suite.requests] == ["config_api", None]
    with pytest.raises(AttributeError, match="there are activix"):
        suite.unknown
    suite.reset()

def test_waiting_for_requests(mock):
    import threading
    threading.Timer(0.2, get, [mock]).start()
    assert len(mock.wait_for(1)) == 1
    assert len(mock.wait_for(2, timeout=0.1)) == 1
"""
SERVED = """
import subprocess, sys

@pytest.fixture
def mock(config_api):
    return config_api

@pytest.fixture
def suite(crm_mocks):
    return crm_mocks

def check_environment(mock, suite):
    assert mock.environment == suite.environment
    assert suite.environment.items() >= {"CRM_MOCKS_URL": mock.url, "PATH": os.environ["PATH"]}.items()
    script = "import os, urllib.request; urllib.request.urlopen(os.environ['CRM_MOCKS_CONFIG_API_URL'] + '/x/y')"
    subprocess.run([sys.executable, "-c", script], env=mock.environment, stderr=subprocess.DEVNULL)
    assert [request.path for request in suite.requests] == ["/x/y"]
    suite.reset()
"""
OFFLINE = """
import httpx

@pytest.fixture
def mock(config_api_offline):
    return config_api_offline

@pytest.fixture
def suite(crm_mocks_offline):
    return crm_mocks_offline

def get(mock, key="demo-key", path="/v1/leads/config"):
    return httpx.get(mock.url + path, headers={"x-api-key": key}).status_code

def check_environment(mock, suite):
    for mocks in (mock, suite):
        with pytest.raises(Exception, match="use the fixture without '_offline'"):
            mocks.environment
"""
NAMES = re.findall(r"def (test_\w+)", TESTS)


@pytest.fixture(scope="module", params=["served", "offline"])
def output(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, programs: Path) -> str:
    suite = UserSuite(tmp_path_factory.mktemp("suite"), programs)
    suite.write((SERVED if request.param == "served" else OFFLINE) + TESTS)
    return suite.run("-v").out


@pytest.mark.parametrize("name", NAMES)
def test_fixtures_work(output: str, name: str) -> None:
    assert re.search(rf"::{name} PASSED", output), output
    assert not re.search(rf"::{name} ERROR", output), output


@pytest.mark.parametrize("fixture", ["config_api", "config_api_offline"])
@pytest.mark.parametrize("call", ["respond(stauts=500)", "settings(rate_limt='off')", "clock.set('tomorrow')"])
def test_a_wrong_call_is_shown_in_the_test_and_not_inside_the_plugin(suite: UserSuite, fixture: str, call: str) -> None:
    suite.write(f"""
        def test_it({fixture}):
            {fixture}.{call}
    """)
    result = suite.run("-q")
    assert f">       {fixture}.{call}\nE       crm_mocks.errors.UsageError: " in result.out
    assert "def parse_response" not in result.out
