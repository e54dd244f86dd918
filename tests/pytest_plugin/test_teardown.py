"""The end of a test: its client must have kept the contract."""

from __future__ import annotations

from collections.abc import Callable

from tests.pytest_plugin.conftest import Done, Suite


def test_a_client_that_breaks_the_contract_fails_its_test(suite: Suite) -> None:
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
    done = suite.run("-q")
    assert done.code == 1
    assert done.count("error") == 2
    for words in (
        "the client broke the contract in test_create",
        "config_api.createLead  body.leadCustomer  required",
        "the contract: member 'leadCustomer' is required",
        'request: curl "$CRM_MOCKS_URL"/v1/leads/create',
        "--data-raw '{\"firstname\": 5}'",
        '@pytest.mark.crm_mocks(allow=["config_api.createLead:member_missing"])',
        "most similar: GET /v1/leads/config (config_api.getLeadConfig)",
        '@pytest.mark.crm_mocks(allow=["GET /v1/leads/confg"])',
    ):
        assert words in done.out, done.out
    assert "crm_contracts/" not in done.out  # where it went wrong in the plugin helps nobody


def test_mistakes_allowed_by_a_marker_pass(passes: Callable[..., Done]) -> None:
    done = passes("""
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
    assert "Contract kept" in done.out


def test_mistakes_allowed_for_all_tests_pass(suite: Suite, passes: Callable[..., Done]) -> None:
    suite.ini("crm_mocks_allow = config_api.getLeadConfig:401")
    passes("def test_one(config_api): get(config_api, key='wrong')")


def test_what_is_allowed_in_one_test_is_not_in_another(suite: Suite) -> None:
    suite.write("""
        @pytest.mark.crm_mocks(allow=["config_api.getLeadConfig:401"])
        def test_allowed(config_api):
            get(config_api, key="wrong")

        def test_not_allowed(config_api):
            get(config_api, key="wrong")
    """)
    done = suite.run("-q")
    assert (done.code, done.count("error")) == (1, 1)
    assert "broke the contract in test_not_allowed" in done.out


def test_a_misspelt_name_is_told(suite: Suite) -> None:
    suite.write("""
        @pytest.mark.crm_mocks(allow=["config_api.getLaedConfig:401"])
        def test_operation(config_api): pass

        @pytest.mark.crm_mocks(alow=["config_api.getLeadConfig:401"])
        def test_keyword(config_api): pass
    """)
    done = suite.run("-q")
    assert (done.code, done.count("error")) == (1, 2)
    assert "no operation 'config_api.getLaedConfig'" in done.out
    assert "the marker crm_mocks takes allow=" in done.out


def test_the_port_of_a_test_that_is_over_is_closed(passes: Callable[..., Done]) -> None:
    passes("""
        urls = []

        def test_one(config_api):
            urls.append(config_api.url)

        def test_other(config_api):
            assert config_api.url not in urls
            with pytest.raises(urllib.error.URLError):
                urllib.request.urlopen(urls[0])
    """)
