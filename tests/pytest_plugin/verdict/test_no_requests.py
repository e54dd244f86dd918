"""A run whose tests took fixtures but sent nothing has checked nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pytest_plugin.conftest import PytestResult, UserSuite

NOTHING = "nothing was checked: no request came. Probably "
SENT_AND_SILENT = """
def test_sends(config_api):
    get(config_api)

def test_does_not_call(config_api):
    assert config_api.requests == []
"""


@pytest.mark.parametrize("fixture", ["config_api", "config_api_offline"])
def test_a_run_without_requests_fails_and_says_where_they_went(suite: UserSuite, fixture: str) -> None:
    suite.write(f"""
        def test_client({fixture}):
            with pytest.raises(urllib.error.URLError):
                urllib.request.urlopen("http://127.0.0.1:1/v1/leads/config", timeout=1)
    """)
    result = suite.run("-q", "--crm-mocks-junit", "report.xml")
    assert (result.code, result.count("passed")) == (1, 1)
    assert NOTHING in result.out
    assert "they went to 127.0.0.1:1, to which the tests connected: give the client the fixture's url" in result.out
    assert "--crm-mocks-allow-no-requests" in result.out
    assert "<failure" in (suite.folder / "report.xml").read_text()


def test_names_that_were_looked_up_are_shown(suite: UserSuite) -> None:
    suite.write("""
        import socket

        def test_client(config_api):
            with pytest.raises(OSError):
                socket.create_connection(("crm.invalid", 443), timeout=1)
    """)
    assert "they went to crm.invalid:443, to which" in suite.run("-q").out


def test_a_run_without_requests_and_connections_says_what_to_do(suite: UserSuite) -> None:
    suite.write("""
        def test_client(config_api):
            config_api.requests
            config_api.records("leads")
    """)
    result = suite.run("-q")
    assert result.code == 1
    assert NOTHING in result.out  # requests to the control API do not count
    assert "the client has a URL of its own" in result.out


def test_requests_to_the_servers_own_url_belong_to_no_test(suite: UserSuite) -> None:
    suite.write("""
        import json, pathlib

        def test_client(config_api):
            (ready,) = pathlib.Path("tmp").glob("crm-mocks-*/server.json")
            config_api.url  # not used
            request = urllib.request.Request(
                json.loads(ready.read_text())["url"] + "/v1/leads/config", headers={"x-api-key": "demo-key"}
            )
            urllib.request.urlopen(request).close()
    """)
    result = suite.run("-q")
    assert result.code == 1
    assert "no request came to the URL of a test, but 1 to the server's own" in result.out


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_silent_test_is_listed_and_fails_nothing(suite: UserSuite, workers: str) -> None:
    suite.write(SENT_AND_SILENT)
    result = suite.run("-q", "-n", workers)
    assert (result.code, result.count("passed")) == (0, 2), result.out
    assert "sent nothing:\n  test_suite.py::test_does_not_call\n" in result.out
    assert "test_suite.py::test_sends" not in result.out


@pytest.mark.parametrize("workers", ["0", "2"])
def test_silent_tests_alone_fail(suite: UserSuite, workers: str) -> None:
    suite.write(SENT_AND_SILENT)
    result = suite.run("-q", "-n", workers, "-k", "does_not_call")
    assert result.code == 1
    assert NOTHING in result.out


def test_a_test_that_sends_through_one_of_two_fixtures_is_not_silent(passes: Callable[..., PytestResult]) -> None:
    result = passes("""
        def test_one(config_api, config_api_offline):
            get(config_api)
    """)
    assert "sent nothing" not in result.out


@pytest.mark.parametrize("is_option", [True, False])
def test_a_run_without_requests_passes_if_that_is_allowed(suite: UserSuite, *, is_option: bool) -> None:
    if not is_option:
        suite.ini("crm_mocks_allow_no_requests = true")
    suite.write("def test_one(config_api): pass")
    result = suite.run("-q", *(["--crm-mocks-allow-no-requests"] if is_option else []))
    assert result.code == 0, result.out
    assert "sent nothing:\n  test_suite.py::test_one\n" in result.out
