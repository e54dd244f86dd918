"""Providers that hang or send invalid HTTP: the client gets 502 or 504, and the failure is reported."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tests.providers.proxy.through import Proxy, exchange_with

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.mark.parametrize(
    ("response_bytes", "why"),
    [
        (b"", "Server disconnected without sending a response"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "invalid HTTP response"),
        (b"\x15\x03\x01\x00\x02\x02\x28", "invalid HTTP response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", "invalid HTTP response"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "invalid HTTP response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "invalid HTTP response"),
        (b"HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: 0\r\n\r\n", "invalid HTTP response"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "invalid HTTP response"),
        (b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n", "invalid HTTP response"),
        (b"HTTP/1.1 799 Odd\r\nContent-Length: 0\r\n\r\n", "invalid HTTP response: the status 799"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "invalid HTTP response"),
        (b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 200_000 + b"\r\n\r\n", "invalid HTTP response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"a" * 2000, "exceeds 1000 bytes"),
    ],
)
def test_an_invalid_response_is_a_bad_gateway(response_bytes, why):
    response, exchange = exchange_with(response_bytes, body_bytes=1000)
    assert response.status_code == 502
    assert response.headers["Content-Type"] == "application/problem+json"
    assert exchange.status == 0
    assert why in exchange.failure
    assert exchange.failure in response.json()["detail"]


async def silence(reader, _writer):
    await reader.read()  # until the proxy gives up


async def trickle(reader, writer):
    await reader.read(100)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not reader.at_eof():
        writer.write(b"a")
        await writer.drain()
        await asyncio.sleep(0.01)


async def endless_hints(reader, writer):
    await reader.read(100)
    while not reader.at_eof():
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("serve_connection", [silence, trickle, endless_hints])
def test_a_provider_that_hangs_is_a_gateway_timeout(serve_connection):
    response, exchange = exchange_with(serve_connection, seconds=0.2)
    assert response.status_code == 504
    assert exchange.failure == "no complete response within 0.2 s"


def test_interim_responses_are_skipped():
    response, exchange = exchange_with(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK
    )
    assert (response.status_code, exchange.status, response.text) == (200, 200, "{}")


def test_a_response_may_end_with_the_connection():
    response, _ = exchange_with(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n[1]")
    assert response.json() == [1]
    assert response.headers["Content-Length"] == "3"


def test_a_refused_connection_is_a_bad_gateway():
    async def send(port):
        proxy = Proxy(f"http://127.0.0.1:{port}")
        response = await proxy.request("GET", "/")
        await proxy.close()
        return response, proxy.seen[-1]

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        response, exchange = asyncio.run(send(unused.getsockname()[1]))
    assert response.status_code == 502
    assert exchange.failure.startswith("no connection: ")


def test_the_response_to_a_failed_head_has_no_body():
    response, _ = exchange_with(b"nonsense\r\n\r\n", "HEAD")
    assert response.status_code == 502
    assert response.content == b""


def test_a_response_before_the_body_was_read_is_forwarded():
    async def early(reader, writer):
        await reader.read(10)
        writer.write(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()

    response, _ = exchange_with(early, "POST", content=b"a" * 50)
    assert response.status_code == 413


def test_a_provider_may_close_a_connection_on_which_it_has_responded():
    heads = []

    async def serve(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        await reader.read(1)
        writer.close()

    async def run():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        proxy = Proxy(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        for _ in range(3):
            assert (await proxy.request("GET", "/")).status_code == 200
        await proxy.close()
        server.close()

    asyncio.run(run())
    assert len(heads) == 3
    assert all(b"\r\nConnection: close\r\n" in head for head in heads)


def test_a_redirect_to_what_is_no_url_is_forwarded():
    redirect = b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"
    response, exchange = exchange_with(redirect)
    assert (response.status_code, response.headers["Location"], exchange.status) == (302, "http://[::1", 302)
