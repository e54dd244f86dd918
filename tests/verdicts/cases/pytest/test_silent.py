import requests

def test_sends(config_api):
    requests.get(f"{config_api.url}/v1/leads/config", headers={"x-api-key": "demo-key"})

def test_does_not_call(config_api):
    assert config_api.requests == []
