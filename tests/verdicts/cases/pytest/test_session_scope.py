import pytest, requests

@pytest.fixture(scope="session")
def api(crm_mocks_factory):
    with crm_mocks_factory() as mocks:
        yield mocks.config_api

@pytest.mark.parametrize("key", ["demo-key", "wrong", "demo-key"])
def test_pull(api, key):
    requests.get(f"{api.url}/v1/leads/config", headers={"x-api-key": key})
