import httpx, pytest, requests

H = {"x-api-key": "demo-key"}
events = {}

@pytest.mark.parametrize("kind", ["config_api", "config_api_offline"])
@pytest.mark.parametrize("fault", ["TRUNCATED_BODY", "MALFORMED_RESPONSE_CHUNK"])
def test_head_then_fault(kind, fault, request):
    api = request.getfixturevalue(kind)
    api.respond(fault=fault, times=2)
    seen = []
    hooks = {"response": [lambda response: seen.append(response.status_code)]}
    with pytest.raises(httpx.RemoteProtocolError), httpx.Client(event_hooks=hooks) as client:
        client.get(f"{api.url}/v1/leads/config", headers=H)
    response = requests.get(f"{api.url}/v1/leads/config", headers=H, stream=True)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)) as raised:
        response.content
    assert seen + [response.status_code] == [200, 200]
    assert events.setdefault(fault, raised.type) == raised.type
