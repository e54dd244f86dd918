"""What a client sees and does in process is what it sees and does over a socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPDigestAuth
from urllib3.util import Retry, Timeout

import crm_mocks
from crm_contracts.pytest_plugin.fixtures.admin_channel import SocketChannel
from crm_contracts.pytest_plugin.fixtures.offline import OfflineSessionMocks
from crm_contracts.pytest_plugin.fixtures.session_mocks import open_session
from tests.offline.conftest import BASE, KEY, PATH

Scenario = Callable[[Any, str], object]


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    with crm_mocks.serve(seed=1, port=0) as mocks:
        channel = SocketChannel(mocks.url)
        yield open_session(channel, "same", [], {"config_api": {}})
        channel.close()


@pytest.fixture
def same(mocks: OfflineSessionMocks, served: Any) -> Callable[[Scenario], Any]:
    """Run a scenario over a socket and in process; return its result, which must be the same, and the requests."""

    def run(scenario: Scenario) -> Any:
        mocks.config_api.allow(served.url)
        served.reset()
        results = []
        for each, url in ((served, served.url), (mocks, BASE)):
            result = scenario(each.config_api, url + PATH)
            sent = [(request.method, request.status, request.raw["fault"]) for request in each.requests]
            results.append((result, sent))
        assert results[1] == results[0]
        return results[0][0]

    return run


def ending(send: Callable[[], Any]) -> object:
    """Return the result of a call, or the kind of its exception and of the one that caused it."""
    try:
        return send()
    except (requests.RequestException, httpx.HTTPError) as error:
        return type(error), [type(each) for each in error.args if isinstance(each, Exception)]


def retrying(**retry: Any) -> requests.Session:
    session = requests.Session()
    session.headers.update(KEY)
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=Retry(**{"backoff_factor": 0.01, **retry})))
    return session


class Impatient(Timeout):
    """A time-out that is short for the first request, and long for its retries."""

    def __init__(self) -> None:
        super().__init__(60)
        self._seconds = iter([0.3])

    def clone(self) -> Timeout:
        return Timeout(next(self._seconds, 60))


def headers_of(response: Any) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.lower() != "date"}


# --- requests ---


def test_requests_retries_statuses(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(status=500, times=2)
        return retrying(total=3, status_forcelist=[500]).get(url).status_code

    assert same(scenario) == 200


def test_requests_gives_up_after_the_last_retry(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(status=500, times=5)
        return ending(lambda: retrying(total=1, status_forcelist=[500]).get(url).status_code)

    assert same(scenario) != 500


@pytest.mark.parametrize(
    "fault",
    ["CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE", "MALFORMED_RESPONSE_CHUNK", "TIMEOUT"],
)
def test_requests_retries_faults(same: Callable[[Scenario], Any], fault: str) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(fault=fault)
        timeout = Impatient() if fault == "TIMEOUT" else 60
        return ending(lambda: retrying(total=2).get(url, timeout=timeout).status_code)

    same(scenario)


def test_requests_waits_for_retry_after(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(status=503, headers={"Retry-After": "1"})
        status = retrying(total=1).get(url).status_code
        return status, mock.verdict().failing  # which has an early retry

    assert same(scenario) == (200, ())


def test_requests_that_do_not_wait_for_retry_after_break_the_contract(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(status=503, headers={"Retry-After": "600"})
        retrying(total=1, status_forcelist=[503], respect_retry_after_header=False).get(url)
        return [finding.rule for finding in mock.verdict().failing]

    assert same(scenario) == ["retryAfter"]


def test_requests_sees_the_same_headers(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(status=200, headers={"X-Case": "Kept"}, chunked=True)
        chunked, whole = requests.get(url, headers=KEY), requests.get(url, headers=KEY)
        head = requests.head(url, headers=KEY)
        mock.respond(status=200, headers={"X-Case": "Kept", "Set-Cookie": "a=1"})
        cookie = requests.get(url, headers=KEY)
        found = (chunked, whole, head, cookie)
        return [(each.status_code, each.reason, headers_of(each), each.content) for each in found]

    same(scenario)


def test_requests_sees_no_body_of_a_refused_head(same: Callable[[Scenario], Any]) -> None:
    def scenario(_: Any, url: str) -> object:
        refused = requests.head(url)
        return refused.status_code, refused.content, int(refused.headers["Content-Length"]) > 0

    assert same(scenario) == (401, b"", True)


@pytest.mark.parametrize("fault", ["TRUNCATED_BODY", "MALFORMED_RESPONSE_CHUNK"])
def test_a_fault_in_the_body_reaches_requests_while_it_reads(same: Callable[[Scenario], Any], fault: str) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(fault=fault)
        hooked: list[int] = []
        hooks = {"response": lambda response, **_: hooked.append(response.status_code)}
        response = requests.get(url, headers=KEY, stream=True, hooks=hooks)
        return response.status_code, hooked, ending(lambda: response.content)

    same(scenario)


def test_requests_streams(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        with requests.get(url, headers=KEY, stream=True) as response:
            return list(response.iter_content(100))

    assert len(same(scenario)) > 1


def test_requests_follows_redirects(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(status=302, headers={"Location": PATH})
        response = requests.get(url, headers=KEY)
        return response.status_code, [each.status_code for each in response.history]

    assert same(scenario) == (200, [302])


def test_requests_answers_a_digest_challenge(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
        mock.respond(status=401, headers={"WWW-Authenticate": challenge})
        response = requests.get(url, headers=KEY, auth=HTTPDigestAuth("user", "password"))
        return response.status_code, mock.requests[-1].headers["authorization"]

    assert same(scenario) == (200, "Digest ***")


def test_requests_sends_cookies_back(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(status=200, headers={"Set-Cookie": "a=1; Path=/"})
        session = requests.Session()
        for _ in range(2):
            session.get(url, headers=KEY)
        return [request.headers.get("cookie") for request in mock.requests]

    assert same(scenario) == [None, "***"]


def test_requests_in_spite_of_a_proxy(same: Callable[[Scenario], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def scenario(mock: Any, url: str) -> object:
        return requests.get(url, headers=KEY).status_code, httpx.get(url, headers=KEY).status_code

    assert same(scenario) == (200, 200)


def test_requests_with_two_hosts_is_refused(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        response = requests.get(url, headers={**KEY, "Host": "a.example, b.example"})
        return response.status_code, headers_of(response), response.text

    assert same(scenario)[0] == 400


# --- httpx ---


def with_hooks(events: list[object]) -> dict[str, list[Callable[[Any], None]]]:
    return {
        "request": [lambda request: events.append(request.method)],
        "response": [lambda response: events.append((response.status_code, response.is_stream_consumed))],
    }


def test_httpx_streams_raw_bytes(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        with httpx.stream("GET", url, headers=KEY) as response:
            return b"".join(response.iter_raw()), response.num_bytes_downloaded, headers_of(response)

    same(scenario)


@pytest.mark.parametrize("fault", ["TRUNCATED_BODY", "MALFORMED_RESPONSE_CHUNK", "EMPTY_RESPONSE"])
def test_a_fault_in_the_body_reaches_httpx_while_it_reads(same: Callable[[Scenario], Any], fault: str) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(fault=fault)
        events: list[object] = []
        with httpx.Client(event_hooks=with_hooks(events)) as client:
            return ending(lambda: client.get(url, headers=KEY)), events

    same(scenario)


class Renewing(httpx.Auth):
    """Authenticates after a refusal, as flows with tokens do."""

    requires_response_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        if response.status_code == 401:
            request.headers.update(KEY)
            yield request


def test_httpx_runs_its_auth_flow_redirects_and_cookies(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(status=302, headers={"Location": PATH, "Set-Cookie": "a=1; Path=/"})
        events: list[object] = []
        with httpx.Client(auth=Renewing(), follow_redirects=True, event_hooks=with_hooks(events)) as client:
            response = client.get(url)
        return (
            response.status_code,
            len(response.history),
            events,
            [each.headers.get("cookie") for each in mock.requests],
        )

    assert same(scenario)[0] == 200


def test_async_httpx_streams(same: Callable[[Scenario], Any]) -> None:
    async def read(url: str) -> object:
        async with httpx.AsyncClient() as client, client.stream("GET", url, headers=KEY) as response:
            return response.status_code, b"".join([piece async for piece in response.aiter_raw()])

    same(lambda _mock, url: asyncio.run(read(url)))


def test_a_slow_body_takes_its_time(same: Callable[[Scenario], Any]) -> None:
    def scenario(mock: Any, url: str) -> object:
        mock.respond(fault="SLOW_BODY", delay_ms=400)
        began = time.monotonic()
        content = requests.get(url, headers=KEY, timeout=60).content
        return content, time.monotonic() - began > 0.3

    assert same(scenario)[1] is True


# --- requests that need no connection, and those that do ---


@pytest.mark.parametrize(
    "more",
    [
        {"data": "a text"},
        {"data": b"bytes", "headers": {**KEY, "Content-Type": "text/plain"}},
        {"data": iter([b"in ", b"chunks"])},
        {"json": {"firstname": "Ada"}},
        {"files": {"file": b"content"}},
        {"headers": {**KEY, "User-Agent": None, "Accept-Encoding": None}},
        {"headers": {**KEY, "Connection": "close"}},
        {"headers": {**KEY, "Host": "crm.example:8080", "X-Latin": "é".encode("latin-1")}},
        {"headers": {**KEY, "X-Long": "x" * 70_000}},
        {"headers": {**KEY, **{f"X-{number}": "" for number in range(200)}}},
        {"headers": {"x-api-key": "other"}},
    ],
)
def test_requests_sends_the_same_bytes(same: Callable[[Scenario], Any], more: dict[str, Any]) -> None:
    chunks = list(more["data"]) if "data" in more and not isinstance(more["data"], str | bytes) else None

    def scenario(mock: Any, url: str) -> object:
        given = {"headers": KEY, **more, **({"data": iter(chunks)} if chunks else {})}
        if "files" in given:
            given["data"], given["headers"] = b"x", {**KEY, "Content-Type": "multipart/form-data; boundary=b"}
            del given["files"]
        response = requests.post(url, **given)
        (sent,) = mock.requests
        headers = {name: value for name, value in sent.headers.items() if name != "host" or "Host" in given["headers"]}
        return response.status_code, sorted(headers_of(response)), sent.body, headers

    same(scenario)


@pytest.mark.parametrize("headers", [{"X-Injected": "a\r\nX-Other: b"}, {"X-Wide": "€"}])
def test_headers_that_no_client_sends_are_refused_alike(
    same: Callable[[Scenario], Any], headers: dict[str, str]
) -> None:
    def scenario(mock: Any, url: str) -> object:
        request = requests.Request("GET", url, headers=KEY).prepare()
        request.headers.update(headers)
        with requests.Session() as session, pytest.raises((requests.RequestException, ValueError)) as raised:
            session.send(request)
        return raised.type, mock.requests

    same(scenario)


@pytest.mark.parametrize("headers", [{"X-Injected": "a\r\nX-Other: b"}, {"X-Spaced": " a "}])
def test_headers_that_h11_refuses_are_refused_alike(same: Callable[[Scenario], Any], headers: dict[str, str]) -> None:
    def scenario(mock: Any, url: str) -> object:
        kind = ending(lambda: httpx.post(url, headers={**KEY, **headers}, content=b"body"))
        return kind, mock.requests

    same(scenario)


@pytest.mark.parametrize("content", [b"bytes", "text", iter([b"in ", b"chunks"])])
def test_httpx_sends_the_same_bytes(same: Callable[[Scenario], Any], content: Any) -> None:
    chunks = None if isinstance(content, str | bytes) else list(content)

    def scenario(mock: Any, url: str) -> object:
        response = httpx.post(url, headers=KEY, content=content if chunks is None else iter(chunks))
        (sent,) = mock.requests
        headers = {name: value for name, value in sent.headers.items() if name != "host"}
        return response.http_version, response.reason_phrase, sorted(headers_of(response)), sent.body, headers

    same(scenario)
