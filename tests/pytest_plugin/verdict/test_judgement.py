"""A client that breaks the contract fails its test, once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.pytest_plugin.conftest import PytestResult, UserSuite


def test_a_client_that_breaks_the_contract_fails_its_test(suite: UserSuite) -> None:
    suite.write("""
        def test_create(config_api):
            body = b'{"firstname": 5}'
            headers = {"x-api-key": "demo-key", "Content-Type": "application/json"}
            request = urllib.request.Request(config_api.url + "/v1/leads/create", body, headers)
            with pytest.raises(urllib.error.HTTPError) as raised:
                urllib.request.urlopen(request)
            raised.value.close()

        def test_lost(config_api):
            get(config_api, path="/v1/leads/confg")
    """)
    result = suite.run("-q")
    assert (result.code, result.count("failed"), result.count("error")) == (1, 2, 0)
    for text in (
        "the client broke the contract in test_create",
        "config_api.createLead  body.leadCustomer  required",
        "the contract: member 'leadCustomer' is required",
        'request: curl "$CRM_MOCKS_URL"/v1/leads/create',
        "--data-raw '{\"firstname\": 5}'",
        '@pytest.mark.crm_mocks(allow=["config_api.createLead:member_missing"])',
        "most similar: GET /v1/leads/config (config_api.getLeadConfig)",
        '@pytest.mark.crm_mocks(allow=["GET /v1/leads/confg"])',
    ):
        assert text in result.out, result.out
    assert "crm_contracts/" not in result.out  # no traceback through the plugin


def test_violations_allowed_by_a_marker_pass(passes: Callable[..., PytestResult]) -> None:
    result = passes("""
        @pytest.mark.crm_mocks(allow=["config_api.getLeadConfig:401"])
        def test_status(config_api):
            get(config_api, key="wrong")

        @pytest.mark.crm_mocks(allow="config_api.getLeadConfig:key_unknown")
        class TestOutcome:
            @pytest.mark.crm_mocks(allow=["config_api:*"])
            def test_both(self, config_api_offline):
                import httpx
                httpx.get(config_api_offline.url + "/v1/leads/config", headers={"x-api-key": "wrong"})
                httpx.get(config_api_offline.url + "/v1/leads/confg")
    """)
    assert "Contract kept" in result.out


def test_violations_allowed_for_all_tests_pass(suite: UserSuite, passes: Callable[..., PytestResult]) -> None:
    suite.ini("crm_mocks_allow = config_api.getLeadConfig:401")
    passes("def test_one(config_api): get(config_api, key='wrong')")


def test_retries_before_retry_after_pass_if_they_are_ignored(suite: UserSuite) -> None:
    suite.write("""
        def test_hurried(config_api):
            config_api.settings(rate_limit="1/60", retry_after=True)
            assert [get(config_api), get(config_api), get(config_api)] == [200, 429, 429]
    """)
    assert suite.run("-q").code == 1
    assert suite.run("-q", "--crm-mocks-ignore-retry-after").code == 0
    suite.ini("crm_mocks_ignore_retry_after = true")
    assert suite.run("-q").code == 0


def test_a_marker_allows_nothing_in_other_tests(suite: UserSuite) -> None:
    suite.write("""
        @pytest.mark.crm_mocks(allow=["config_api.getLeadConfig:401"])
        def test_allowed(config_api):
            get(config_api, key="wrong")

        def test_not_allowed(config_api):
            get(config_api, key="wrong")
    """)
    result = suite.run("-q")
    assert (result.code, result.count("failed"), result.count("error")) == (1, 1, 0)
    assert "broke the contract in test_not_allowed" in result.out


def test_a_misspelt_name_is_reported(suite: UserSuite) -> None:
    suite.write("""
        @pytest.mark.crm_mocks(allow=["config_api.getLaedConfig:401"])
        def test_operation(config_api): pass

        @pytest.mark.crm_mocks(alow=["config_api.getLeadConfig:401"])
        def test_keyword(config_api): pass
    """)
    result = suite.run("-q")
    assert (result.code, result.count("error")) == (1, 2)
    assert "no operation 'config_api.getLaedConfig'" in result.out
    assert "the marker crm_mocks takes allow=" in result.out


def test_the_port_of_a_finished_test_is_closed(passes: Callable[..., PytestResult]) -> None:
    passes(
        """
        urls = []

        def test_one(config_api):
            urls.append(config_api.url)

        def test_other(config_api):
            assert config_api.url not in urls
            with pytest.raises(ConnectionError):
                urllib.request.urlopen(urls[0])
        """,
        "--crm-mocks-allow-no-requests",
    )


def test_a_test_that_fails_for_another_reason_shows_what_its_client_broke(suite: UserSuite) -> None:
    suite.write("""
        import unittest

        def test_function(config_api):
            get(config_api, key="wrong")
            raise LookupError("of its own")

        @pytest.mark.usefixtures("crm_mocks")
        class TestClass(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _mock(self, config_api):
                self.mock = config_api

            def test_method(self):
                get(self.mock, key="wrong")
                self.fail("of its own")
    """)
    result = suite.run("-q")
    assert (result.code, result.count("failed"), result.count("error")) == (1, 2, 0)
    for name in ("test_function", "test_method"):
        assert f"the client broke the contract in {name}" in result.out
    assert result.out.count("of its own") >= 2


def test_a_skipped_test_whose_client_broke_the_contract_fails(suite: UserSuite) -> None:
    suite.write("""
        def test_one(config_api):
            get(config_api, key="wrong")
            pytest.skip("too late")
    """)
    result = suite.run("-q")
    assert (result.code, result.count("failed"), result.count("skipped")) == (1, 1, 0)


def test_unittest_classes_are_judged(suite: UserSuite) -> None:
    suite.write("""
        import unittest
        import httpx

        URL = "https://config-api.crm-mocks.test/v1/leads/config"

        @pytest.mark.usefixtures("crm_mocks_offline")
        class TestClient(unittest.TestCase):
            def test_kept(self):
                self.assertEqual(httpx.get(URL, headers={"x-api-key": "demo-key"}).status_code, 200)

            def test_broken(self):
                self.assertEqual(httpx.get(URL, headers={"x-api-key": "wrong"}).status_code, 401)
    """)
    result = suite.run("-q")
    assert (result.code, result.count("passed"), result.count("failed"), result.count("error")) == (1, 1, 1, 0)


def test_a_request_in_the_teardown_of_a_fixture_is_an_error(suite: UserSuite) -> None:
    suite.write("""
        @pytest.fixture
        def client(config_api):
            yield
            get(config_api, key="wrong")

        def test_one(client, config_api):
            get(config_api)
    """)
    result = suite.run("-q")
    assert (result.code, result.count("passed"), result.count("error")) == (1, 1, 1)
    assert "the client broke the contract in test_one (1 rule)" in result.out


def test_an_expected_failure_includes_a_broken_contract(suite: UserSuite) -> None:
    suite.write("""
        @pytest.mark.xfail(strict=True)
        def test_one(config_api):
            get(config_api, key="wrong")
    """)
    assert suite.run("-q").count("xfailed") == 1


@pytest.mark.parametrize("fixture", ["config_api", "config_api_offline"])
def test_an_async_test_is_judged(suite: UserSuite, fixture: str) -> None:
    suite.write(f"""
        import httpx

        @pytest.mark.anyio
        async def test_one({fixture}):
            async with httpx.AsyncClient() as client:
                await client.get({fixture}.url + "/v1/leads/config", headers={{"x-api-key": "wrong"}})

        @pytest.fixture
        def anyio_backend():
            return "asyncio"
    """)
    result = suite.run("-q", "-p", "anyio", "-W", "error")
    assert (result.code, result.count("failed"), result.count("error")) == (1, 1, 0)
    assert "broke the contract in test_one" in result.out


def test_a_forked_child_is_counted_by_the_server(passes: Callable[..., PytestResult]) -> None:
    passes("""
        import multiprocessing

        def test_one(config_api):
            child = multiprocessing.get_context("fork").Process(target=get, args=[config_api])
            child.start()
            child.join()
            assert len(config_api.requests) == 1
    """)


@pytest.mark.parametrize("client", ["requests", "httpx"])
@pytest.mark.parametrize("fork", ["os.fork", "multiprocessing"])
def test_a_forked_child_is_refused_in_process(suite: UserSuite, client: str, fork: str) -> None:
    suite.write(f"""
        import {client}
        import multiprocessing

        def ask(url):
            try:
                {client}.get(url, headers={{"x-api-key": "demo-key"}})
            except Exception:
                pass  # as clients do that swallow all errors

        def run_in_child(function, argument):
            if "{fork}" == "multiprocessing":
                child = multiprocessing.get_context("fork").Process(target=function, args=[argument])
                child.start()
                child.join()
                return
            pid = os.fork()
            if not pid:
                function(argument)
                os._exit(0)
            os.waitpid(pid, 0)

        def test_one(config_api_offline):
            url = config_api_offline.url + "/v1/leads/config"
            ask(url)
            run_in_child(ask, url)
    """)
    result = suite.run("-q")
    assert (result.code, result.count("failed"), result.count("error")) == (1, 1, 0)
    assert "test_one sent https://config-api.crm-mocks.test/v1/leads/config in a forked process" in result.out
    assert "1 request of forked processes could not be counted" in result.out


def test_a_late_request_in_process_is_reported_for_its_own_test(suite: UserSuite) -> None:
    suite.write("""
        import httpx

        clients = []

        def test_one(config_api_offline):
            clients.append(httpx.Client(transport=config_api_offline.transport, base_url="https://crm.example"))

        def test_other(config_api_offline):
            with pytest.raises(httpx.RemoteProtocolError):
                clients[0].get("/v1/leads/config")
            assert config_api_offline.requests == []
    """)
    result = suite.run("-q", "--crm-mocks-allow-no-requests", "--crm-mocks-json", "verdict.json")
    assert result.code == 0, result.out
    [notice] = json.loads((suite.folder / "verdict.json").read_text())["notices"]
    assert (notice["kind"], notice["first"]["id"].startswith("test-one-")) == ("late", True)


def test_a_late_request_is_reported_for_its_own_test(suite: UserSuite) -> None:
    suite.write("""
        urls = []

        def test_one(config_api):
            urls.append(config_api.url)
            get(config_api)

        def test_other(config_api):
            with pytest.raises(ConnectionError):
                urllib.request.urlopen(urls[0] + "/v1/nothing")
            get(config_api)
            assert [request.path for request in config_api.requests] == ["/v1/leads/config"]
    """)
    result = suite.run("-q", "--crm-mocks-json", "verdict.json")
    assert result.code == 0, result.out
    verdict = json.loads((suite.folder / "verdict.json").read_text())
    [notice] = verdict["notices"]
    assert (notice["kind"], notice["first"]["id"].startswith("test-one-")) == ("late", True)
    assert verdict["exchanges"] == 3
