"""Fixtures reach the control API of a server over a connection that is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from crm_contracts.pytest_plugin.admin_channel import ServerGone, SocketChannel


class Handler(BaseHTTPRequestHandler):
    """Answers every request; closes the connection after it where the server says so, without telling."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        self.close_connection = self.server.impatient

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """A server that counts its connections.

    Attributes:
        connections: so many have come.
    """

    impatient = False
    connections = 0

    def process_request(self, request, client_address) -> None:
        self.connections += 1
        super().process_request(request, client_address)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def channel(server: Server) -> Iterator[SocketChannel]:
    channel = SocketChannel(f"http://127.0.0.1:{server.server_port}")
    yield channel
    channel.close()


def test_requests_share_a_connection(server: Server, channel: SocketChannel) -> None:
    assert [channel("GET", "version") for _ in range(3)] == [{}] * 3
    assert server.connections == 1


def test_a_connection_that_the_server_has_closed_is_replaced(server: Server, channel: SocketChannel) -> None:
    server.impatient = True
    channel("GET", "version")
    closed_by_server(channel)
    assert channel("GET", "version") == {}
    assert server.connections == 2


def closed_by_server(channel: SocketChannel) -> None:
    """Wait for the end of the connection that is kept."""
    (kept,) = channel._kept
    assert kept.sock.recv(1) == b""


def test_a_process_that_was_forked_has_a_connection_of_its_own(
    server: Server, channel: SocketChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel("GET", "version")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    channel("GET", "version")
    assert server.connections == 2


def test_connections_are_closed_with_the_channel(channel: SocketChannel, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[HTTPConnection] = []
    close = HTTPConnection.close
    channel("GET", "version")
    monkeypatch.setattr(HTTPConnection, "close", lambda connection: (closed.append(connection), close(connection)))
    channel.close()
    assert len(closed) == 1


def test_a_server_that_has_gone_is_told(channel: SocketChannel, server: Server) -> None:
    channel("GET", "version")
    server.socket.close()
    channel.close()
    with pytest.raises(ServerGone, match="do not answer"):
        channel("GET", "version")
