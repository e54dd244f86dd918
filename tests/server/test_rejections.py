"""Requests that never reach the application are journalled in their session."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import CONTACTS, LOOPS, admin, end_time_outs, exchange, journal, serving_toy

TWO_HOSTS = b"Host: a\r\nHost: b\r\n"


@pytest.fixture(scope="module", params=LOOPS)
def mocks(request: pytest.FixtureRequest, toy_vendor: Vendor) -> Iterator[Mocks]:
    with serving_toy(toy_vendor, request.param) as served:
        yield served


@pytest.fixture(scope="module", params=LOOPS)
def tls_mocks(request: pytest.FixtureRequest, toy_vendor: Vendor) -> Iterator[Mocks]:
    with serving_toy(toy_vendor, request.param, tls=True) as served:
        yield served


def wait_for_entry(mocks: Mocks, session: str) -> Any:
    """Return the newest entry of a session's journal, which a closed connection adds after a moment."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        entries = journal(mocks, session)
        if entries:
            return entries[-1]
        time.sleep(0.01)
    raise AssertionError("nothing was journalled")


def connect_to(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=60)


def test_a_malformed_request_is_journalled_with_what_can_be_read(mocks: Mocks) -> None:
    exchange(mocks, b"POST /~read/toy/x?a=b&token=s HTTP/1.1\r\nX-Key: some-secret\r\n" + TWO_HOSTS + b"\r\n")
    entry = journal(mocks, "read")[0]
    assert (entry["request"]["method"], entry["request"]["path"]) == ("POST", "/toy/x")
    assert entry["request"]["query"] == "a=***(1)&token=***"
    assert ["x-key", "***"] in entry["request"]["headers"]
    assert entry["answer"]["status"] == 400
    assert entry["chosen_by"] == "server"
    [violation] = entry["violations"]
    assert violation["code"] == "http"
    assert violation["basis"] == "http"
    assert violation["location"] == ["request", "header", "host"]
    assert violation["message"] == "the host header is repeated: send it once"


@pytest.mark.parametrize(
    ("sent", "location"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ["request", "connection", "tls"]),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", ["request", "request", "version"]),
        ("GET /é HTTP/1.1\r\nHost: a\r\n\r\n".encode(), ["request", "path"]),
        (b"hello\r\n", ["request", "request", "line"]),
    ],
)
def test_the_session_of_the_port_has_the_entry(mocks: Mocks, sent: bytes, location: list[str]) -> None:
    name = f"port-{'-'.join(location)}"
    with connect_to(mocks.session_url(name)) as connection:
        connection.sendall(sent)
        assert connection.recv(65536).startswith(b"HTTP/1.1 400 ")
    assert [each["violations"][0]["location"] for each in journal(mocks, name)] == [location]


def test_the_header_names_the_session(mocks: Mocks) -> None:
    exchange(mocks, b"GET /toy/x HTTP/1.1\r\nX-Mock-Session: named\r\n" + TWO_HOSTS + b"\r\n")
    assert len(journal(mocks, "named")) == 1


def test_an_invalid_session_name_leaves_the_default_session(mocks: Mocks) -> None:
    before = len(journal(mocks, "default"))
    exchange(mocks, b"GET /~no%20name/toy/x HTTP/1.1\r\n" + TWO_HOSTS + b"\r\n")
    assert len(journal(mocks, "default")) == before + 1


def test_a_malformed_request_to_the_control_api_is_not_journalled(mocks: Mocks) -> None:
    before = len(journal(mocks, "default"))
    exchange(mocks, b"GET /__admin/version HTTP/1.1\r\n" + TWO_HOSTS + b"\r\n")
    assert len(journal(mocks, "default")) == before


def test_a_connection_without_a_byte_is_not_journalled(mocks: Mocks) -> None:
    url = mocks.session_url("silent")
    for how in ("close", "shutdown", "reset"):
        with connect_to(url) as connection:
            if how == "shutdown":
                connection.shutdown(socket.SHUT_WR)
                assert connection.recv(10) == b""
            elif how == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    admin(mocks, "GET", "version")
    assert journal(mocks, "silent") == []


@pytest.mark.parametrize("resets", [False, True])
def test_a_connection_that_ends_in_the_headers_is_a_notice(mocks: Mocks, *, resets: bool) -> None:
    name = f"head-{resets}"
    with connect_to(mocks.session_url(name)) as connection:
        connection.sendall(b"GET /toy/x HTTP/1.1\r\nHost: a\r\n")
        admin(mocks, "GET", "version")  # the server reads what comes in this order
        if resets:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    entry = wait_for_entry(mocks, name)
    assert (entry["request"]["path"], entry["violations"]) == ("/toy/x", [])
    assert [notice["kind"] for notice in entry["notices"]] == ["incomplete"]


def test_a_connection_that_ends_in_the_body_is_a_notice(mocks: Mocks) -> None:
    with connect_to(mocks.session_url("cut")) as connection:
        connection.sendall(b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{" % CONTACTS.encode())
    entry = wait_for_entry(mocks, "cut")
    assert (entry["request"]["method"], entry["request"]["path"]) == ("POST", CONTACTS)
    assert (entry["answer"]["status"], entry["violations"]) == (0, [])
    assert [notice["kind"] for notice in entry["notices"]] == ["incomplete"]


def test_a_malformed_body_is_journalled_with_its_head(mocks: Mocks) -> None:
    sent = b"POST /~chunk%s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n" % CONTACTS.encode()
    assert exchange(mocks, sent).startswith(b"HTTP/1.1 400 ")
    entry = wait_for_entry(mocks, "chunk")
    assert (entry["request"]["method"], entry["request"]["path"]) == ("POST", CONTACTS)
    assert [violation["code"] for violation in entry["violations"]] == ["http"]


def test_slow_headers_are_a_notice(toy_vendor: Vendor) -> None:
    with (
        serving_toy(toy_vendor) as mocks,
        connect_to(mocks.session_url("slow")) as slow,
        connect_to(mocks.session_url("idle")) as idle,
    ):
        slow.sendall(b"GET /toy/x HTTP/1.1\r\n")
        admin(mocks, "GET", "version")  # the server reads what comes in this order
        end_time_outs(mocks)
        assert slow.recv(65536).startswith(b"HTTP/1.1 408 ")
        assert idle.recv(65536).startswith(b"HTTP/1.1 408 ")
        assert [notice["kind"] for notice in journal(mocks, "slow")[0]["notices"]] == ["incomplete"]
        assert journal(mocks, "idle") == []


def test_a_client_without_trust_is_journalled_at_its_port(tls_mocks: Mocks) -> None:
    with connect_to(tls_mocks.session_url("mistrust")) as plain, pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
    entry = wait_for_entry(tls_mocks, "mistrust")
    assert entry["violations"][0]["location"] == ["request", "connection", "tls"]
    assert "trust the certificate authority" in entry["violations"][0]["message"]
    assert entry["answer"]["status"] == 0


def test_plain_http_to_tls_is_journalled(tls_mocks: Mocks) -> None:
    with connect_to(tls_mocks.session_url("plain")) as plain:
        plain.sendall(b"GET /toy/x HTTP/1.1\r\nHost: a\r\n\r\n")
        with pytest.raises((AssertionError, ConnectionResetError)):
            assert plain.recv(65536)
    assert "https://" in wait_for_entry(tls_mocks, "plain")["violations"][0]["message"]


def test_a_tls_connection_without_a_byte_is_not_journalled(tls_mocks: Mocks) -> None:
    connect_to(tls_mocks.session_url("silent")).close()
    admin(tls_mocks, "GET", "version")
    assert journal(tls_mocks, "silent") == []


def test_the_finding_has_the_basis_and_no_operation(mocks: Mocks) -> None:
    exchange(mocks, b"GET /~judged/toy/x HTTP/1.1\r\n" + TWO_HOSTS + b"\r\n")
    verdict = admin(mocks, "GET", "verdict?session=judged")
    [finding] = verdict["findings"]
    assert (finding["rule"], finding["location"], finding["operation"]) == ("http", ["header", "host"], "")
    assert finding["basis"]["kind"] == "http"
    assert verdict["verdict"] == "broken"
    assert admin(mocks, "GET", "verdict?session=judged&allow=*:http")["findings"][0]["standing"] == "allowed"
