"""A proxy on sockets: our own server before a provider that is one of our mocks."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
import trustme

import crm_mocks
from crm_contracts.providers.proxy.proxy_server import ProxyOptions, prepare
from crm_mocks.errors import UsageError
from crm_mocks.server.thread import run_in_thread
from tests.server.serving import any_vendor, first_path

VENDOR = any_vendor()
PATH = first_path(VENDOR)


@contextmanager
def proxying(to, **asked):
    """Serve a proxy; yield it and the lines that it tells."""
    lines = []
    prepared = prepare(ProxyOptions(VENDOR, to, **asked), lines.append)
    try:
        with run_in_thread(prepared.server, prepared.url):
            yield prepared, lines
    finally:
        prepared.close()


@pytest.fixture(scope="module")
def provider():
    with crm_mocks.serve((VENDOR,), port=0) as mocks:
        yield mocks.url


@pytest.fixture(scope="module")
def proxy(provider):
    with proxying(provider) as (prepared, _):
        yield prepared


def exchanged(url, raw):
    """Send bytes; return all that comes back until the connection ends."""
    parts = httpx.URL(url)
    with socket.create_connection((parts.host, parts.port), timeout=10) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def urls_seen(prepared, raw):
    """Send bytes; return the URLs of the requests that were forwarded for them."""
    seen = []
    add, prepared.watch._collector.add = prepared.watch._collector.add, lambda exchange: seen.append(exchange.url) or []
    try:
        exchanged(prepared.url, raw)
    finally:
        prepared.watch._collector.add = add
    return seen


@pytest.mark.parametrize(
    "head",
    [
        f"POST http://evil.example.com{PATH} HTTP/1.1\r\nHost: evil.example.com",
        f"POST http://evil.example.com:81{PATH} HTTP/1.1\r\nHost: other.example.com",
        f"POST {PATH} HTTP/1.1\r\nHost: evil.example.com",
        f"POST {PATH} HTTP/1.1\r\nHost: evil.example.com\r\nX-Forwarded-Host: evil.example.com\r\nForwarded: host=evil",
    ],
)
def test_nothing_that_a_client_says_leads_elsewhere(proxy, provider, head):
    raw = f"{head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    assert urls_seen(proxy, raw.encode()) == [f"{provider}{PATH}"]


def test_a_path_that_looks_like_a_host_is_a_path(proxy, provider):
    raw = b"GET //evil.example.com/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert urls_seen(proxy, raw) == [f"{provider}//evil.example.com/x"]


@pytest.mark.parametrize("target", [b"CONNECT evil.example.com:443", b"CONNECT /evil.example.com:443", b"OPTIONS *"])
def test_there_are_no_tunnels(provider, target):
    with proxying(provider) as (prepared, lines):
        answer = exchanged(prepared.url, target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 501 ")
    assert prepared.watch.verdict().exchanges == 0
    assert len(lines) == 1


def test_a_client_that_waits_for_100_is_told_to_go_on(proxy):
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    answer = exchanged(proxy.url, head.encode() + b"{}")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ")


def test_requests_on_one_connection_are_answered_in_turn(proxy):
    one = f"GET {PATH} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    assert exchanged(proxy.url, one * 3).count(b"HTTP/1.1 ") == 3


def test_what_is_no_http_goes_nowhere(proxy):
    raw = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert urls_seen(proxy, raw.encode()) == []


def test_a_large_body_goes_through_and_a_larger_one_does_not(provider):
    with proxying(provider, settings={"host.body_bytes": 1_000_000}) as (prepared, lines):
        whole = httpx.post(prepared.url + PATH, content=b"a" * 1_000_000)
        larger = httpx.post(prepared.url + PATH, content=b"a" * 1_000_001)
    assert whole.status_code != 413
    assert larger.status_code == 413
    assert lines[-1] == "a request was not passed on: the body must not exceed 1000000 bytes"


def test_https_on_both_sides():
    with crm_mocks.serve((VENDOR,), port=0, tls=True) as mocks:
        with proxying(mocks.url, tls=True, ca_file=Path(mocks.ca_file)) as (prepared, _):
            trusted = ssl.create_default_context(cafile=prepared.described()["ca_file"])
            answer = httpx.post(prepared.url + PATH, verify=trusted)
            assert answer.status_code not in (502, 504)
        assert prepared.watch.verdict().exchanges == 1


def test_a_certificate_of_nobody_known_is_told_at_the_start():
    with crm_mocks.serve((VENDOR,), port=0, tls=True) as mocks, pytest.raises(UsageError) as refused:
        prepare(ProxyOptions(VENDOR, mocks.url), print)
    assert str(refused.value) == f"{mocks.url} cannot be reached: TLS failed: unable to get local issuer certificate"


def test_plain_http_where_https_is_wanted_is_told_at_the_start(provider):
    with pytest.raises(UsageError, match=r"cannot be reached: TLS failed: .*WRONG_VERSION_NUMBER|record layer"):
        prepare(ProxyOptions(VENDOR, provider.replace("http", "https")), print)


def test_nobody_there_is_told_at_the_start():
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UsageError, match=f"^{url} cannot be reached: no connection: "):
        prepare(ProxyOptions(VENDOR, url), print)


def test_a_certificate_that_is_another_later_is_told_with_the_request(tmp_path):
    good, other = trustme.CA(), trustme.CA()
    authority = tmp_path / "ca.pem"
    good.cert_pem.write_to_path(str(authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    good.issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            for number in range(2):
                plain, _ = listening.accept()
                if number:
                    other.issue_cert("127.0.0.1").configure_cert(context)
                try:
                    context.wrap_socket(plain, server_side=True).close()
                except OSError:
                    plain.close()

        thread = threading.Thread(target=serve)
        thread.start()
        with proxying(f"https://127.0.0.1:{listening.getsockname()[1]}", ca_file=authority) as (prepared, lines):
            answer = httpx.post(prepared.url + PATH)
        thread.join()
    assert answer.status_code == 502
    assert "TLS failed" in answer.json()["detail"]
    assert any("TLS failed" in line for line in lines)


def test_the_end_does_not_wait_for_a_provider_that_hangs():
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as held:
        with proxying(f"http://127.0.0.1:{listening.getsockname()[1]}") as (prepared, _):
            parts = httpx.URL(prepared.url)
            client = held.enter_context(socket.create_connection((parts.host, parts.port)))
            client.sendall(f"GET {PATH} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            for _ in range(2):  # the connection of the start, and that of the request
                connection = held.enter_context(listening.accept()[0])
                connection.recv(1)
        assert client.recv(100) == b""
