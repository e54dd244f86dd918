"""Together with pytest-rerunfailures and pytest-socket, and in an environment with proxies."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import UserSuite

RERUN = ("-p", "pytest_rerunfailures", "--reruns", "2")
SOCKET = ("-p", "pytest_socket", "--disable-socket")
FLAKY = """
import httpx
runs = []

def test_flaky({fixture}):
    runs.append(1)
    key = "demo-key" if len(runs) == {passes_at} else "wrong"
    httpx.get({fixture}.url + "/v1/leads/config", headers={{"x-api-key": key}})
"""


@pytest.mark.parametrize("workers", ["0", "1"])
@pytest.mark.parametrize("fixture", ["config_api", "config_api_offline"])
def test_a_rerun_that_passes_gives_the_verdict(suite: UserSuite, fixture: str, workers: str) -> None:
    suite.write(FLAKY.format(fixture=fixture, passes_at=2))
    result = suite.run("-q", *RERUN, "-n", workers)
    assert (result.code, result.count("passed"), result.count("rerun")) == (0, 1, 1), result.out
    assert "Contract kept: 1 exchange" in result.out


def test_the_last_of_all_reruns_gives_the_verdict(suite: UserSuite) -> None:
    suite.write(FLAKY.format(fixture="config_api", passes_at=9))
    result = suite.run("-q", *RERUN)
    assert (result.code, result.count("failed"), result.count("rerun")) == (1, 1, 2), result.out
    assert "Contract broken: 1 rule broken by the client, in 1 of 1 exchange" in result.out


def test_in_process_mocks_need_no_socket(suite: UserSuite) -> None:
    suite.write("""
        import httpx, requests

        def test_one(config_api_offline):
            url = config_api_offline.url + "/v1/leads/config"
            config_api_offline.respond(delay_ms=20)
            config_api_offline.settings(rate_limit="off")
            config_api_offline.clock.advance(1)
            for client in (httpx, requests):
                assert client.get(url, headers={"x-api-key": "demo-key"}).status_code == 200
            assert len(config_api_offline.requests) == 2
    """)
    result = suite.run("-q", "-W", "error", *SOCKET)
    assert result.code == 0, result.out


def test_blocked_sockets_are_explained(suite: UserSuite) -> None:
    suite.write("""
        def test_blocked(config_api):
            get(config_api)

        @pytest.mark.allow_hosts(["127.0.0.1"])
        def test_allowed(config_api):
            get(config_api)

        def test_blocked_again(config_api):
            get(config_api)
    """)
    result = suite.run("-q", *SOCKET)
    assert (result.code, result.count("passed"), result.count("error")) == (1, 1, 2)
    assert result.out.count("allow them with --allow-hosts=127.0.0.1 or @pytest.mark.allow_hosts(['127.0.0.1'])") >= 2
    assert "Traceback" not in result.out
    assert "During handling" not in result.out


def test_a_test_that_blocks_sockets_itself_is_judged(suite: UserSuite) -> None:
    suite.write("""
        import pytest_socket

        def test_one(config_api):
            get(config_api, key="wrong")
            pytest_socket.disable_socket()
    """)
    result = suite.run("-q", "-p", "pytest_socket")
    assert (result.code, result.count("failed"), result.count("error")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("name", "excepted"), [("HTTP_PROXY", ""), ("http_proxy", "intra.example"), ("ALL_PROXY", ""), ("all_proxy", "*")]
)
def test_proxies_do_not_catch_requests_to_the_mocks(
    suite: UserSuite, monkeypatch: pytest.MonkeyPatch, name: str, excepted: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    if excepted:
        monkeypatch.setenv("NO_PROXY", excepted)
    (suite.folder / "conftest.py").write_text("import httpx\nCLIENT = httpx.Client()\n")
    suite.write("""
        import httpx, requests
        from conftest import CLIENT

        def test_one(config_api):
            url = config_api.url + "/v1/leads/config"
            assert get(config_api) == 200
            for client in (requests, httpx, CLIENT):
                assert client.get(url, headers={"x-api-key": "demo-key"}).status_code == 200
    """)
    result = suite.run("-q")
    assert result.code == 0, result.out


def test_options_of_commands_in_the_environment_do_not_keep_tests_from_the_mocks(
    suite: UserSuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_MOCKS_ADMIN_TOKEN", "the-token-of-another-server")
    suite.write("""
        def test_one(config_api):
            assert get(config_api) == 200
    """)
    result = suite.run("-q")
    assert (result.code, result.count("passed")) == (0, 1), result.out
