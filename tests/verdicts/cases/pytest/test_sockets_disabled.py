import pytest, requests

@pytest.mark.parametrize("kind", ["config_api", "config_api_offline"])
def test_pull(kind, request):
    api = request.getfixturevalue(kind)
    assert requests.get(f"{api.url}/v1/leads/config", headers={"x-api-key": "demo-key"}).status_code == 200
