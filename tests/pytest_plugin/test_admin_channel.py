"""The socket channel reuses its connections."""

from __future__ import annotations

import os
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from crm_contracts.pytest_plugin.admin_channel import ServerGone, SocketChannel


class JsonHandler(BaseHTTPRequestHandler):
    """Responds to every request; closes the connection unannounced afterwards if the server is impatient."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        self.close_connection = self.server.impatient

    def log_message(self, *_: object) -> None:
        pass


class CountingServer(ThreadingHTTPServer):
    """A server that counts its connections.

    Attributes:
        connections: number of connections accepted.
    """

    impatient = False
    connections = 0

    def process_request(self, request, client_address) -> None:
        self.connections += 1
        super().process_request(request, client_address)


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with CountingServer(("127.0.0.1", 0), JsonHandler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def channel(server: CountingServer) -> Iterator[SocketChannel]:
    channel = SocketChannel(f"http://127.0.0.1:{server.server_port}")
    yield channel
    channel.close()


def test_requests_share_a_connection(server: CountingServer, channel: SocketChannel) -> None:
    assert [channel("GET", "version") for _ in range(3)] == [{}] * 3
    assert server.connections == 1


def test_a_connection_closed_by_the_server_is_replaced(server: CountingServer, channel: SocketChannel) -> None:
    server.impatient = True
    channel("GET", "version")
    wait_until_closed_by_server(channel)
    assert channel("GET", "version") == {}
    assert server.connections == 2


def wait_until_closed_by_server(channel: SocketChannel) -> None:
    """Wait until the server has closed the idle connection."""
    (connection,) = channel._idle
    assert connection.sock.recv(1) == b""


def test_a_forked_process_opens_its_own_connection(
    server: CountingServer, channel: SocketChannel, monkeypatch: pytest.MonkeyPatch
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


def test_a_stopped_server_is_reported(channel: SocketChannel, server: CountingServer) -> None:
    channel("GET", "version")
    server.socket.close()
    channel.close()
    with pytest.raises(ServerGone, match="do not respond"):
        channel("GET", "version")
