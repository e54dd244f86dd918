"""Requests are forwarded unchanged, and only to the provider."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading

import httpx
import pytest

from crm_contracts.judge.exchange import Part
from crm_contracts.providers.proxy import application
from crm_contracts.recordings.compression import decompress
from tests.providers.proxy.through import Exact, Proxy, through


def ok(_request):
    return httpx.Response(200, json={"ok": True})


def test_the_path_is_appended_to_that_of_the_provider():
    _, exchange, sent = through(ok, "GET", "/v1/leads?a=1&b=%20x")
    assert exchange.url == "http://provider.example.com:8080/base/v1/leads?a=1&b=%20x"
    assert sent.extensions["target"] == b"/base/v1/leads?a=1&b=%20x"


@pytest.mark.parametrize(
    "path", ["/a%2Fb", "/a%7Cb/../c", "/%E2%82%AC", "//evil.example.com/x", "/http://evil.example.com/"]
)
def test_a_path_is_not_normalized(path):
    _, _, sent = through(ok, "GET", f"http://proxy.example.com{path}")
    expected = httpx.URL(f"http://proxy.example.com{path}").raw_path  # as the client encodes it
    assert sent.extensions["target"] == b"/base" + expected
    assert sent.url.host == "provider.example.com"


def test_the_body_is_forwarded_byte_for_byte():
    body = bytes(range(256))
    _, exchange, sent = through(ok, "POST", "/x", content=body)
    assert sent.content == body
    assert exchange.request_body == body


def test_a_method_is_not_normalized():
    async def send():
        proxy = Proxy("http://provider.example.com", Exact(httpx.MockTransport(ok)))
        scope = {"type": "http", "method": "post", "raw_path": b"/x", "query_string": b"", "headers": []}
        messages = []

        async def receive():
            return {"type": "http.request", "body": b""}

        async def keep(message):
            messages.append(message)

        await proxy.application(scope, receive, keep)
        return proxy.seen[-1].method

    assert asyncio.run(send()) == "post"


def test_a_redirect_is_returned_to_the_client():
    def elsewhere(_request):
        return httpx.Response(307, headers={"Location": "http://evil.example.com/"})

    response, exchange, _ = through(elsewhere, "POST", "/x", content=b"a")
    assert response.status_code == exchange.status == 307
    assert response.headers["Location"] == "http://evil.example.com/"


def test_the_proxy_keeps_no_cookies():
    seen = []

    def handle(request):
        seen.append(request.headers.get("cookie"))
        return httpx.Response(200, headers={"Set-Cookie": "a=1"})

    async def twice():
        from crm_contracts.providers.proxy import upstream as module

        client = module.make_client("http://127.0.0.1", 5)
        client._transport = Exact(httpx.MockTransport(handle))
        provider = module.Upstream("http://provider.example.com", client, seconds=5, max_bytes=100)
        for _ in range(2):
            await provider.send("GET", b"/", [(b"Host", b"provider.example.com")], b"")
        return len(client.cookies.jar)

    assert asyncio.run(twice()) == 0
    assert seen == [None, None]


def test_a_compressed_response_is_forwarded_unchanged_and_judged_decompressed():
    raw = gzip.compress(json.dumps({"a": 1}).encode())

    def zipped(_request):
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(raw))

    response, exchange, _ = through(zipped, "GET", "/x")
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Content-Length"] == str(len(raw))
    assert response.json() == json.loads(exchange.response_body) == {"a": 1}


def test_a_compressed_request_is_forwarded_unchanged_and_judged_decompressed():
    raw = gzip.compress(b"{}")
    _, exchange, sent = through(ok, "POST", "/x", content=raw, headers={"Content-Encoding": "gzip"})
    assert sent.content == raw
    assert exchange.request_body == b"{}"


def test_bodies_are_decompressed_beside_the_event_loop(monkeypatch):
    threads = set()

    def noting(body, codings, max_bytes):
        threads.add(threading.current_thread())
        return decompress(body, codings, max_bytes)

    monkeypatch.setattr(application, "decompress", noting)
    through(ok, "POST", "/x", content=gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"})
    assert threads
    assert threading.current_thread() not in threads


def test_a_response_that_cannot_be_decompressed_is_forwarded_and_reported():
    def garbled(_request):
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))

    proxy = Proxy("http://provider.example.com", Exact(httpx.MockTransport(garbled)))

    async def raw_body():
        client = httpx.AsyncClient(transport=httpx.ASGITransport(proxy.application), base_url="http://p")
        async with client, client.stream("GET", "/x") as response:
            return b"".join([chunk async for chunk in response.aiter_raw()])

    assert asyncio.run(raw_body()) == b"no gzip"
    assert proxy.seen[-1].status == 0
    assert "is not gzip, contrary to its Content-Encoding" in proxy.seen[-1].failure


def test_a_coding_without_a_library_is_forwarded_and_left_unjudged():
    def coded(_request):
        return httpx.Response(200, headers={"Content-Encoding": "x-own"}, stream=httpx.ByteStream(b"\xff"))

    response, exchange, _ = through(coded, "POST", "/x", content=b"\xfe", headers={"Content-Encoding": "x-own"})
    assert response.status_code == 200
    assert (exchange.status, exchange.failure) == (200, "")
    assert exchange.missing_parts == (Part.REQUEST_BODY, Part.RESPONSE_BODY)


def test_the_response_to_head_has_headers_but_no_body():
    def head(_request):
        return httpx.Response(200, headers={"Content-Length": "42"})

    response, exchange, _ = through(head, "HEAD", "/x")
    assert response.headers["Content-Length"] == "42"
    assert (exchange.status, exchange.response_body) == (200, b"")


@pytest.mark.parametrize("status", [204, 304])
def test_responses_without_a_body_have_none(status):
    response, exchange, _ = through(lambda _: httpx.Response(status), "GET", "/x")
    assert response.status_code == exchange.status == status
    assert response.content == b""


def test_tunnels_are_refused():
    proxy = Proxy("http://provider.example.com", Exact(httpx.MockTransport(ok)))
    response = asyncio.run(proxy.request("CONNECT", "/evil.example.com:443"))
    assert response.status_code == 501
    assert proxy.seen == []
    assert proxy.complaints == [
        "a request was not forwarded: this proxy supports neither tunnels nor requests without a path"
    ]


def test_max_forwards_is_decremented():
    _, _, sent = through(ok, "OPTIONS", "/x", headers={"Max-Forwards": "3"})
    assert sent.headers["Max-Forwards"] == "2"


def test_a_request_with_max_forwards_0_is_not_forwarded():
    proxy = Proxy("http://provider.example.com", Exact(httpx.MockTransport(ok)))
    assert asyncio.run(proxy.request("TRACE", "/x", headers={"Max-Forwards": "0"})).status_code == 501
    assert proxy.seen == []


def test_a_body_over_the_limit_is_refused_and_reported():
    proxy = Proxy("http://provider.example.com", Exact(httpx.MockTransport(ok)), body_bytes=10)
    response = asyncio.run(proxy.request("POST", "/x", content=b"12345678901"))
    assert response.status_code == 413
    assert proxy.seen == []
    assert proxy.complaints == ["a request was not forwarded: the body must not exceed 10 bytes"]


def test_the_client_gets_its_response_if_judging_fails():
    proxy = Proxy("http://provider.example.com", Exact(httpx.MockTransport(ok)))
    proxy.application._record = lambda _: 1 / 0
    assert asyncio.run(proxy.request("GET", "/x")).json() == {"ok": True}
    assert proxy.complaints == ["an exchange could not be judged: ZeroDivisionError"]


def test_judging_does_not_block_other_requests():
    proxy = Proxy("http://provider.example.com", Exact(httpx.MockTransport(ok)))
    judging, forwarded = threading.Event(), threading.Event()
    waited = []

    def record(_):
        judging.set()
        waited.append(forwarded.wait(60))

    async def requests():
        first = asyncio.create_task(proxy.request("GET", "/x"))
        await asyncio.to_thread(judging.wait, 60)
        refused = await proxy.request("OPTIONS", "/x", headers={"Max-Forwards": "0"})
        forwarded.set()
        return await first, refused

    proxy.application._record = record
    assert [response.status_code for response in asyncio.run(requests())] == [200, 501]
    assert waited == [True]


def test_a_proxy_that_stops_judges_no_more_exchanges_and_says_so():
    proxy = Proxy("http://provider.example.com", Exact(httpx.MockTransport(ok)))
    judging, stopped = threading.Event(), threading.Event()
    judged = []

    def record(exchange):
        judging.set()
        stopped.wait(60)
        judged.append(exchange)

    async def stop_while_judging():
        tasks = [asyncio.create_task(proxy.request("GET", "/x")) for _ in range(5)]
        await asyncio.to_thread(judging.wait, 60)
        while proxy.application._judging._work_queue.qsize() < 4:  # noqa: ASYNC110  # the others are forwarded first
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        stopped.set()
        await asyncio.to_thread(proxy.application.stop_judging)

    proxy.application._record = record
    asyncio.run(stop_while_judging())
    assert len(judged) == 1
    assert set(proxy.complaints) == {"the proxy was stopped before all exchanges were judged"}


def test_any_error_while_forwarding_is_a_bad_gateway():
    def broken(_request):
        raise KeyError("inside")

    response = asyncio.run(Proxy("http://provider.example.com", httpx.MockTransport(broken)).request("GET", "/x"))
    assert response.status_code == 502
    assert response.json()["detail"] == "the provider did not respond: KeyError: 'inside'"
