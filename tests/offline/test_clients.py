"""Clients that are answered in process: `requests` and `httpx`, in any thread and event loop."""

from __future__ import annotations

import asyncio
import io
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import requests
from urllib3.connection import HTTPConnection

from crm_contracts.providers.verify.response_deadline import limit_responses
from crm_contracts.pytest_plugin.fixtures.offline import OfflineServer, OfflineSessionMocks
from tests.offline.conftest import BASE, KEY, PATH

URL = BASE + PATH


async def async_get(url: str, **kwargs: Any) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(url, **kwargs)


CLIENTS: dict[str, Callable[..., Any]] = {
    "requests": requests.get,
    "httpx": httpx.get,
    "httpx, async": lambda *args, **kwargs: asyncio.run(async_get(*args, **kwargs)),
}


@pytest.fixture(params=CLIENTS)
def get(request: pytest.FixtureRequest) -> Callable[..., Any]:
    return CLIENTS[request.param]


@pytest.fixture(autouse=True)
def _no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "create_connection", refuse)


def test_it_is_answered_and_journalled(mocks: OfflineSessionMocks, get: Callable[..., Any]) -> None:
    response = get(URL, headers=KEY)
    assert response.status_code == 200
    assert response.json()["addressMode"] == "OPTIONAL"
    assert response.headers["content-type"].startswith("application/json")
    (exchange,) = mocks.config_api.requests
    assert (exchange.operation, exchange.status) == ("config_api.getLeadConfig", 200)
    assert "x-mock-session" not in exchange.headers
    assert exchange.headers["host"] == "api.crm.example"


def test_a_body_arrives(mocks: OfflineSessionMocks) -> None:
    url, headers = f"{BASE}/v1/leads/create", {**KEY, "Content-Type": "application/json"}
    for response in (
        requests.post(url, json={"x": 1}, headers=KEY),
        requests.post(url, data=io.BytesIO(b'{"x": 1}'), headers=headers),
        requests.post(url, data=iter([b'{"x"', b": 1}"]), headers=headers),
        httpx.post(url, json={"x": 1}, headers=KEY),
        httpx.post(url, content=iter([b'{"x"', b": 1}"]), headers=headers),
    ):
        assert response.status_code == 400
    assert [each.json for each in mocks.config_api.requests] == [{"x": 1}] * 5


def test_another_host_is_refused_in_words_that_help(mocks: OfflineSessionMocks, get: Callable[..., Any]) -> None:
    with pytest.raises((requests.ConnectionError, httpx.ConnectError)) as raised:
        get("https://other.example/path")
    for words in (BASE, "allow('https://other.example')", "at('https://other.example')"):
        assert words in str(raised.value)


def test_an_allowed_host_is_let_through(mocks: OfflineSessionMocks, get: Callable[..., Any]) -> None:
    mocks.config_api.allow("http://127.0.0.1:9")
    with pytest.raises((AssertionError, httpx.ConnectError, OSError)) as raised:
        get("http://127.0.0.1:9/")  # nobody listens there
    assert "crm-mocks" not in str(raised.value)


def test_without_a_base_url_there_is_a_default_one(mocks: OfflineSessionMocks, get: Callable[..., Any]) -> None:
    assert mocks.leadbank.url == "https://leadbank.crm-mocks.test"
    assert get(f"{mocks.leadbank.url}/api/leads").status_code == 405


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://gym.example", "https://gym.example/v1/leads/config"),
        ("https://gym.example/", "https://gym.example/v1/leads/config"),
        ("https://GYM.example:443", "https://gym.example/v1/leads/config"),
        ("http://gym.example:8080", "http://gym.example:8080/v1/leads/config"),
        ("https://gym.example/v1", "https://gym.example/v1/leads/config"),
        ("https://gym.example/crm", "https://gym.example/crm/v1/leads/config"),
        ("https://gym.example/crm/", "https://gym.example/crm/v1/leads/config"),
        ("http://[::1]:8080/crm", "http://[::1]:8080/crm/v1/leads/config"),
    ],
)
def test_the_client_may_have_any_base_url(
    mocks: OfflineSessionMocks, get: Callable[..., Any], base: str, url: str
) -> None:
    assert mocks.config_api.at(base).url == base.rstrip("/")
    assert get(url, headers=KEY).status_code == 200


def test_several_base_urls_are_answered(mocks: OfflineSessionMocks, get: Callable[..., Any]) -> None:
    mocks.config_api.at("https://one.example").at("https://two.example")
    for base in (BASE, "https://one.example", "https://two.example"):
        assert get(base + PATH, headers=KEY).status_code == 200


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
def test_proxies_play_no_part(
    mocks: OfflineSessionMocks, get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    mocks.config_api.at("http://plain.example")
    for base in (BASE, "http://plain.example"):
        assert get(base + PATH, headers=KEY).status_code == 200
    assert {request.path for request in mocks.config_api.requests} == {PATH}


@pytest.mark.parametrize("base", ["gym.example", "ftp://gym.example", "https://", "https://gym.example:99999", "/v1"])
def test_what_is_no_base_url_is_refused(mocks: OfflineSessionMocks, base: str) -> None:
    with pytest.raises(Exception, match="is not a base URL"):
        mocks.config_api.at(base)


def test_a_transport_of_its_own_answers_any_base_url(mocks: OfflineSessionMocks) -> None:
    with httpx.Client(transport=mocks.config_api.transport, base_url="https://hard.coded") as client:
        assert client.get(PATH, headers=KEY).status_code == 200

    async def ask() -> int:
        async with httpx.AsyncClient(transport=mocks.config_api.transport, base_url=BASE) as client:
            return (await client.get(PATH, headers=KEY)).status_code

    assert asyncio.run(ask()) == 200


def test_clients_in_threads_are_answered(mocks: OfflineSessionMocks) -> None:
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(requests.get(URL, headers=KEY).status_code)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8


def test_requests_that_wait_and_others_that_do_not_are_all_answered(mocks: OfflineSessionMocks) -> None:
    mocks.config_api.respond(status=200, delay_ms=5, times=40)

    def ask() -> None:
        for _ in range(20):
            assert requests.get(URL, headers=KEY, timeout=60).status_code == 200

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [each.status for each in mocks.config_api.requests] == [200] * 160
    assert sorted(int(each.id.rpartition("-")[2]) for each in mocks.config_api.requests) == list(range(1, 161))


def test_requests_are_answered_in_a_process_that_limits_the_time_of_responses_over_sockets(
    mocks: OfflineSessionMocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HTTPConnection, "response_class", HTTPConnection.response_class)
    limit_responses()
    mocks.config_api.respond(status=200, delay_ms=1)
    assert requests.get(URL, headers=KEY, timeout=60).status_code == 200


def test_many_requests_at_a_time_are_answered(mocks: OfflineSessionMocks) -> None:
    async def ask() -> list[int]:
        async with httpx.AsyncClient() as client:
            answers = await asyncio.gather(*(client.get(URL, headers=KEY) for _ in range(20)))
        return [each.status_code for each in answers]

    assert asyncio.run(ask()) == [200] * 20


@pytest.mark.parametrize("client", [requests.get, httpx.get])
def test_cookies_arrive(mocks: OfflineSessionMocks, client: Callable[..., Any]) -> None:
    mocks.config_api.respond(status=200, headers={"Set-Cookie": "a=1"})
    assert client(URL, headers=KEY).cookies["a"] == "1"


def test_libraries_are_as_before_afterwards(mocks: OfflineSessionMocks) -> None:
    patched = httpx.HTTPTransport.handle_request, requests.adapters.HTTPAdapter.send
    with mocks.patched():
        assert (httpx.HTTPTransport.handle_request, requests.adapters.HTTPAdapter.send) != patched
    assert (httpx.HTTPTransport.handle_request, requests.adapters.HTTPAdapter.send) == patched


def test_a_late_request_belongs_to_its_closed_session(offline: OfflineServer) -> None:
    first = offline.open("late-first", [])
    transport = first.config_api.transport
    first.close()
    second = offline.open("late-second", [])
    with httpx.Client(transport=transport, base_url=BASE) as client, pytest.raises(httpx.RemoteProtocolError):
        client.get(PATH, headers=KEY)
    assert [[notice["kind"] for notice in each.raw["notices"]] for each in first.requests] == [["late"]]
    assert second.requests == []
    second.close()


def test_a_proxy_of_the_environment_is_not_between_requests_and_the_mocks(
    mocks: OfflineSessionMocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://name:password@127.0.0.1:9")
    chosen: list[Any] = []
    real = requests.Session.send

    def send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        chosen.append(options["proxies"])
        return real(session, request, **options)

    monkeypatch.setattr(requests.Session, "send", send)
    assert requests.get(URL, headers=KEY).status_code == 200
    mocks.config_api.allow("https://real.example")
    with pytest.raises(requests.ConnectionError):
        requests.get("https://real.example")
    assert [dict(each) for each in chosen] == [{}, {"https": "http://name:password@127.0.0.1:9"}]
