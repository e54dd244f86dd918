"""The socket channel reuses its connections."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from crm_contracts.pytest_plugin.admin_channel import ServerGone, SocketChannel


class JsonHandler(BaseHTTPRequestHandler):
    """Responds to every request; closes the connection unannounced afterwards if the server is impatient."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.server.document)))
        self.end_headers()
        self.wfile.write(self.server.document)
        self.close_connection = self.server.impatient

    def log_message(self, *_: object) -> None:
        pass


class CountingServer(ThreadingHTTPServer):
    """A server that counts its connections.

    Attributes:
        impatient: close each connection after a response.
        document: body of the responses.
        connections: number of connections accepted.
    """

    impatient = False
    document = b"{}"
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
    assert connection.recv(1) == b""


def test_a_forked_process_opens_its_own_connection(
    server: CountingServer, channel: SocketChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel("GET", "version")
    monkeypatch.setattr(os, "getpid", lambda: -1)
    channel("GET", "version")
    assert server.connections == 2


def test_connections_are_closed_with_the_channel(channel: SocketChannel) -> None:
    channel("GET", "version")
    (connection,) = channel._idle
    channel.close()
    assert connection.fileno() == -1


def test_a_response_in_pieces_is_read_whole(server: CountingServer, channel: SocketChannel) -> None:
    server.document = b'{"text": "%b"}' % (b"x" * 500_000)
    assert channel("GET", "version") == {"text": "x" * 500_000}


@pytest.mark.parametrize("response", [b"HTTP/1.1 200 OK\r\n\r\n", b"SSH-2.0-x\r\ncontent-length: 2\r\n\r\n{}"])
def test_another_program_on_the_port_is_reported(response: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        channel = SocketChannel(f"http://127.0.0.1:{listening.getsockname()[1]}")
        thread = Thread(target=respond_once, args=[listening, response])
        thread.start()
        with pytest.raises(ServerGone, match="not one of the control API"):
            channel("GET", "version")
        thread.join()


def respond_once(listening: socket.socket, response: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(response)


def test_a_stopped_server_is_reported(channel: SocketChannel, server: CountingServer) -> None:
    channel("GET", "version")
    server.socket.close()
    channel.close()
    with pytest.raises(ServerGone, match="do not respond"):
        channel("GET", "version")
