"""Receivers of all kinds: applications of this process, and sockets that answer badly."""

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
def to_receiver(receiver: Receiver, **asked: Any) -> Iterator[Pusher]:
    """Push to a receiver of this process, whose stored leads can be looked up."""
    credentials = {"signature_key": KEY} if receiver.key else BASIC
    given = {"credentials": credentials, "lookup": receiver.leads.get, "seed": 1, "now": NOW, **asked}
    with push.to_wsgi("activix", receiver, **given) as pusher:
        yield pusher


def failed(examined: list[CaseResult]) -> list[str]:
    """Return the names of the cases that failed."""
    return [each.case.name for each in examined if not each.passed]


def read_request(connection: socket.socket) -> bytes:
    """Read a request to its end: a connection that is closed before it is reset."""
    came = connection.recv(65536)
    while came.startswith((b"GET", b"POST")) and b"\r\n\r\n" not in came:
        came += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = came.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while found is not None and len(body) < int(found[1]):
        body += connection.recv(65536) or b" " * int(found[1])
    return body


class Socket:
    """A server that does with each connection what it is told to.

    Attributes:
        connections: how many there were.
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
            threading.Thread(target=self._meet, args=(connection,), daemon=True).start()

    def _meet(self, connection: socket.socket) -> None:
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
    """Serve bytes, or a function that is given each connection."""
    made: list[Socket] = []

    def serve(answer: bytes | Respond, context: ssl.SSLContext | None = None) -> Socket:
        respond: Respond = (lambda connection: connection.sendall(answer)) if isinstance(answer, bytes) else answer
        made.append(Socket(respond, context))
        return made[-1]

    yield serve
    for each in made:
        each.close()


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """TLS for 127.0.0.1, and the file of the authority that vouches for it."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(file))
    return context, file
