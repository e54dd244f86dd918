import pytest, requests, unittest

def pull(api, key="wrong"):
    return requests.get(f"{api.url}/v1/leads/config", headers={"x-api-key": key}).status_code

def test_passes_but_breaks_the_contract(config_api):
    assert pull(config_api) == 401

def test_fails_and_breaks_the_contract(config_api):
    assert pull(config_api) == 200

@pytest.fixture
def client(config_api_offline):
    yield config_api_offline
    pull(config_api_offline)

def test_breaks_the_contract_in_teardown(client):
    assert pull(client, "demo-key") == 200

@pytest.mark.usefixtures("crm_mocks_offline")
class TestCase(unittest.TestCase):
    def test_method(self):
        requests.get("https://config-api.crm-mocks.test/v1/leads/config", headers={"x-api-key": "wrong"})
