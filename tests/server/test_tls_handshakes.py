"""Incomplete TLS handshakes count as connections, and make room for others."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

import crm_mocks
from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.serving import PATIENT

LIMIT = 8
BEGIN = b"\x16\x03\x01\x02\x00"


@pytest.fixture(params=["uvloop", "asyncio"])
def mocks(toy_vendor: Vendor, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mocks]:
    if request.param == "asyncio":
        monkeypatch.setitem(__import__("sys").modules, "uvloop", None)
    with crm_mocks.serve([toy_vendor], port=0, tls=True, settings={**PATIENT, "host.connections": LIMIT}) as mocks:
        yield mocks


def port_of(mocks: Mocks) -> int:
    return int(mocks.url.rpartition(":")[2])


def trust(mocks: Mocks) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=mocks.ca_file)


def test_a_client_is_served_among_more_incomplete_handshakes_than_connections_are_allowed(mocks: Mocks) -> None:
    with ExitStack() as stack:
        begun = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port_of(mocks)), timeout=60))
            for _ in range(LIMIT + 3)
        ]
        for each in begun:
            each.sendall(BEGIN)
        for each in begun[:3]:  # the oldest make room
            with suppress(ConnectionResetError):
                assert each.recv(1) == b""
        assert httpx.get(mocks.url, verify=trust(mocks)).status_code == 200
        begun[-1].settimeout(0.01)
        with pytest.raises(TimeoutError):
            begun[-1].recv(1)


def test_what_comes_with_the_end_of_the_handshake_is_read(mocks: Mocks) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trust(mocks).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", port_of(mocks)), timeout=60) as connection:
        while True:
            try:
                client.do_handshake()
                break
            except ssl.SSLWantReadError:
                connection.sendall(outgoing.read())
                incoming.write(connection.recv(65_536))
        client.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        connection.sendall(outgoing.read())  # with the end of the handshake
        received = b""
        while b"\r\n\r\n" not in received:
            incoming.write(connection.recv(65_536))
            try:
                received += client.read(65_536)
            except ssl.SSLWantReadError:
                continue
    assert received.startswith(b"HTTP/1.1 200 ")
