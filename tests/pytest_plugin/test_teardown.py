"""Teardown: a client that broke the contract fails its test."""

from __future__ import annotations

from collections.abc import Callable

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
    assert result.code == 1
    assert result.count("error") == 2
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
    assert (result.code, result.count("error")) == (1, 1)
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
    passes("""
        urls = []

        def test_one(config_api):
            urls.append(config_api.url)

        def test_other(config_api):
            assert config_api.url not in urls
            with pytest.raises(urllib.error.URLError):
                urllib.request.urlopen(urls[0])
    """)
