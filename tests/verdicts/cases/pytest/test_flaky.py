import requests

keys = iter(["wrong", "demo-key"])

def test_flaky(config_api):
    assert requests.get(f"{config_api.url}/v1/leads/config", headers={"x-api-key": next(keys)}).status_code == 200
