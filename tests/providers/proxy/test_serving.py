"""The proxy on sockets, in front of a mock."""

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
def proxying(to, **options):
    """Serve a proxy; yield it and the lines that it prints."""
    lines = []
    prepared = prepare(ProxyOptions(VENDOR, to, **options), lines.append)
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
    """Send bytes; return all that is received until the connection is closed."""
    parts = httpx.URL(url)
    with socket.create_connection((parts.host, parts.port), timeout=60) as connection:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        response = b""
        while chunk := connection.recv(65536):
            response += chunk
    return response


def urls_seen(prepared, raw):
    """Send bytes; return the URLs of the forwarded requests."""
    seen = []
    collector = prepared.recorder._collector
    add, collector.add_judged = collector.add_judged, lambda exchange, _: seen.append(exchange.url) or []
    try:
        exchanged(prepared.url, raw)
    finally:
        collector.add_judged = add
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
def test_requests_go_to_the_provider_only(proxy, provider, head):
    raw = f"{head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    assert urls_seen(proxy, raw.encode()) == [f"{provider}{PATH}"]


def test_a_path_that_looks_like_a_host_is_a_path(proxy, provider):
    raw = b"GET //evil.example.com/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert urls_seen(proxy, raw) == [f"{provider}//evil.example.com/x"]


@pytest.mark.parametrize("target", [b"CONNECT evil.example.com:443", b"CONNECT /evil.example.com:443", b"OPTIONS *"])
def test_tunnels_are_refused(provider, target):
    with proxying(provider) as (prepared, lines):
        response = exchanged(prepared.url, target + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    assert response.startswith(b"HTTP/1.1 501 ")
    assert prepared.recorder.verdict().exchanges == 0
    assert len(lines) == 1


def test_a_client_that_expects_100_gets_it(proxy):
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    response = exchanged(proxy.url, head.encode() + b"{}")
    assert response.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 ")


def test_requests_on_one_connection_get_their_responses(proxy):
    one = f"GET {PATH} HTTP/1.1\r\nHost: a\r\n\r\n".encode()
    assert exchanged(proxy.url, one * 3).count(b"HTTP/1.1 ") == 3


def test_invalid_http_is_not_forwarded(proxy):
    raw = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert urls_seen(proxy, raw.encode()) == []


def test_a_body_up_to_the_limit_is_forwarded(provider):
    with proxying(provider, settings={"host.body_bytes": 1_000_000}) as (prepared, lines):
        whole = httpx.post(prepared.url + PATH, content=b"a" * 1_000_000)
        larger = httpx.post(prepared.url + PATH, content=b"a" * 1_000_001)
    assert whole.status_code != 413
    assert larger.status_code == 413
    assert lines[-1] == "a request was not forwarded: the body must not exceed 1000000 bytes"


def test_https_on_both_sides():
    with crm_mocks.serve((VENDOR,), port=0, tls=True) as mocks:
        with proxying(mocks.url, tls=True, ca_file=Path(mocks.ca_file)) as (prepared, _):
            trusted = ssl.create_default_context(cafile=prepared.connection_details()["ca_file"])
            response = httpx.post(prepared.url + PATH, verify=trusted)
            assert response.status_code not in (502, 504)
        assert prepared.recorder.verdict().exchanges == 1


def test_an_untrusted_certificate_is_a_usage_error():
    with crm_mocks.serve((VENDOR,), port=0, tls=True) as mocks, pytest.raises(UsageError) as refused:
        prepare(ProxyOptions(VENDOR, mocks.url), print)
    assert str(refused.value) == f"{mocks.url} cannot be reached: TLS failed: unable to get local issuer certificate"


def test_https_to_a_plain_http_provider_is_a_usage_error(provider):
    with pytest.raises(UsageError, match=r"cannot be reached: TLS failed: .*WRONG_VERSION_NUMBER|record layer"):
        prepare(ProxyOptions(VENDOR, provider.replace("http", "https")), print)


def test_a_refused_connection_is_a_usage_error():
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UsageError, match=f"^{url} cannot be reached: no connection: "):
        prepare(ProxyOptions(VENDOR, url), print)


def test_a_certificate_that_becomes_untrusted_is_reported(tmp_path):
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
            response = httpx.post(prepared.url + PATH)
        thread.join()
    assert response.status_code == 502
    assert "TLS failed" in response.json()["detail"]
    assert any("TLS failed" in line for line in lines)


def test_stopping_does_not_wait_for_a_hanging_provider():
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as held:
        with proxying(f"http://127.0.0.1:{listening.getsockname()[1]}") as (prepared, _):
            parts = httpx.URL(prepared.url)
            client = held.enter_context(socket.create_connection((parts.host, parts.port)))
            client.sendall(f"GET {PATH} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            for _ in range(2):  # the check at the start, and the request
                connection = held.enter_context(listening.accept()[0])
                connection.recv(1)
        assert client.recv(100) == b""


@pytest.mark.parametrize("target", ["/x?", "/x?a", "/x", "/x??"])
def test_an_empty_query_is_forwarded(target):
    received = []

    def respond(listener):
        while not received:
            client, _ = listener.accept()
            with client:
                if data := client.recv(65536):  # nothing comes on the connection that checks the address
                    received.append(data.split(b" ")[1].decode())
                    client.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=respond, args=(listener,))
        thread.start()
        with (
            proxying(f"http://127.0.0.1:{listener.getsockname()[1]}") as (prepared, _),
            socket.create_connection(("127.0.0.1", prepared.listener.port)) as client,
        ):
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            assert client.recv(65536).startswith(b"HTTP/1.1 204")
        thread.join()
    assert received == [target]
