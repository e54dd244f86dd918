import asyncio, httpx, pytest

H = {"x-api-key": "demo-key"}

@pytest.mark.parametrize("kind", ["config_api", "config_api_offline"])
@pytest.mark.parametrize("answer", [{"fault": "TIMEOUT"}, {"fault": "SLOW_BODY"}, {"delay_ms": 3000}])
def test_gives_up(kind, answer, request):
    api = request.getfixturevalue(kind)
    api.respond(**answer, times=2)
    async def pull(client):
        return (await client.get(f"{api.url}/v1/leads/config", headers=H)).status_code
    async def main():
        async with httpx.AsyncClient(timeout=None) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2), asyncio.TaskGroup() as group:
                    group.create_task(pull(client))
                    group.create_task(pull(client))
            api.reset()
            return await pull(client)
    assert asyncio.run(main()) == 200
