import multiprocessing, pytest, requests

def pull(url):
    try:
        requests.get(f"{url}/v1/leads/config", headers={"x-api-key": "wrong"})
    except requests.RequestException:
        pass

@pytest.mark.parametrize("kind", ["config_api", "config_api_offline"])
def test_pulls_in_a_child(kind, request):
    child = multiprocessing.get_context("fork").Process(target=pull, args=[request.getfixturevalue(kind).url])
    child.start()
    child.join()
