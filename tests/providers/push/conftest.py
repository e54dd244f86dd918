"""Receivers: applications of this process, and servers on sockets."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from crm_contracts.providers import push
from crm_contracts.providers.push import CaseResult, Pusher
from tests.providers.push.receiver import BASIC, KEY, Receiver

Respond = Callable[[socket.socket], None]
NOW = "2026-01-31T12:00:00Z"


@contextmanager
def to_receiver(receiver: Receiver, **options: Any) -> Iterator[Pusher]:
    """Push to a receiver of this process, looking up its stored leads."""
    credentials = {"signature_key": KEY} if receiver.key else BASIC
    defaults = {"credentials": credentials, "lookup": receiver.leads.get, "seed": 1, "now": NOW, **options}
    with push.to_wsgi("activix", receiver, **defaults) as pusher:
        yield pusher


def failed(results: list[CaseResult]) -> list[str]:
    """Return the names of the cases that failed."""
    return [result.case.name for result in results if not result.passed]


def read_request(connection: socket.socket) -> bytes:
    """Read a complete request; closing the connection earlier would reset it."""
    received = connection.recv(65536)
    while received.startswith((b"GET", b"POST")) and b"\r\n\r\n" not in received:
        received += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while length is not None and len(body) < int(length[1]):
        body += connection.recv(65536) or b" " * int(length[1])
    return body


class Socket:
    """A server that handles each connection with a function.

    Attributes:
        connections: number of connections so far.
    """

    def __init__(self, respond: Respond, context: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self._respond = respond
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if context else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listening.getsockname()[1]}/activix/leads"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with connection:
            try:
                wrapped = self._context.wrap_socket(connection, server_side=True) if self._context else connection
                read_request(wrapped)
                self._respond(wrapped)
                wrapped.close()
            except OSError:
                return

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()


@pytest.fixture
def serving() -> Iterator[Callable[..., Socket]]:
    """Return a function that serves bytes, or handles connections with a function."""
    sockets: list[Socket] = []

    def serve(response: bytes | Respond, context: ssl.SSLContext | None = None) -> Socket:
        respond: Respond = (
            (lambda connection: connection.sendall(response)) if isinstance(response, bytes) else response
        )
        sockets.append(Socket(respond, context))
        return sockets[-1]

    yield serve
    for server in sockets:
        server.close()


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """TLS context for 127.0.0.1, and the file with its certificate authority."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return context, file
