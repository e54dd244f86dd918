"""Servers and raw sockets for tests of what arrives byte by byte."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

import crm_mocks
from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.ports import own_port

CONTACTS = "/toy/contacts"
OPERATION = "toy.createContact"
LOOPS = ("uvloop", "asyncio")


@contextmanager
def serving_toy(vendor: Vendor, loop: str = "uvloop", **options: Any) -> Iterator[Mocks]:
    """Serve Toy CRM on an event loop of the given kind."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:  # during the start only, so that other servers are not affected
            if loop == "asyncio":
                patch.setitem(sys.modules, "uvloop", None)
            mocks = stack.enter_context(crm_mocks.serve([vendor], seed=1, port=0, **options))
        yield mocks


def admin(mocks: Mocks, method: str, path: str, body: Any = None) -> Any:
    """Send a request to the control API."""
    verify: Any = ssl.create_default_context(cafile=mocks.ca_file) if mocks.ca_file else False  # True reads all CAs
    response = httpx.request(method, f"{mocks.url}/__admin/{path}", json=body, verify=verify, timeout=60)
    assert response.is_success, response.text
    return response.json()


def end_time_outs(mocks: Mocks) -> None:
    """Have the server check its connections as if an hour had gone by: no limit is short, and none is waited for."""

    async def check() -> None:
        server: Any = mocks.mock_app.open_port.__self__  # type: ignore[union-attr]  # while it serves
        for connection in list(server._connections.opened):
            connection.check_timeouts(asyncio.get_running_loop().time() + 3600, 0.0)

    mocks.run(check())


def queue(mocks: Mocks, session: str, fault: str, **members: Any) -> None:
    """Queue a fault for the next contact created in a session."""
    admin(mocks, "POST", "responses", {"session": session, "operation": OPERATION, "fault": fault, **members})


def contacts(mocks: Mocks, session: str) -> int:
    """Return the number of contacts in a session."""
    return len(admin(mocks, "GET", f"records?session={session}&vendor=toy&kind=contacts")["records"])


def journal(mocks: Mocks, session: str) -> list[Any]:
    """Return the journal of a session."""
    entries: list[Any] = admin(mocks, "GET", f"requests?session={session}")["requests"]
    return entries


def connect(mocks: Mocks, timeout: float = 60) -> socket.socket:
    """Open a connection, with TLS if the mocks use it."""
    parts = urlsplit(mocks.url)
    plain = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
    if mocks.ca_file is None:
        return plain
    context = ssl.create_default_context(cafile=mocks.ca_file)
    return context.wrap_socket(plain, server_hostname=parts.hostname)


def creation(session: str, email: str = "ada@example.com", further: str = "") -> bytes:
    """Return the bytes of a request that creates a contact."""
    body = json.dumps({"email": email})
    return (
        f"POST /~{session}{CONTACTS} HTTP/1.1\r\nHost: localhost\r\nX-Key: demo-key\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n{further}\r\n{body}"
    ).encode()


def received(connection: socket.socket) -> bytes:
    """Return all bytes until the server closes the connection cleanly."""
    chunks = []
    while chunk := connection.recv(65536):
        chunks.append(chunk)
    return b"".join(chunks)


def is_reset(connection: socket.socket) -> bool:
    """Return whether the server resets the TCP connection, which Python's TLS does not distinguish from a clean end."""
    with socket.socket(fileno=os.dup(connection.fileno())) as beneath:
        beneath.settimeout(60)
        try:
            while beneath.recv(65536):
                pass
        except ConnectionResetError:
            return True
    return False


def quiet_port() -> int:
    """Return a free port that the system gives to no other process which asks for any port."""
    return own_port(30_000, 32_000)  # above those of state servers


def exchange(mocks: Mocks, request: bytes) -> bytes:
    """Send a request on a new connection; return all bytes until the server closes it."""
    with connect(mocks) as connection:
        connection.sendall(request)
        return received(connection)


def exchange_half_closed(mocks: Mocks, request: bytes) -> bytes:
    """Send a request and close this side of the connection; return all bytes until the server closes it."""
    with connect(mocks) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return received(connection)


def split(response: bytes) -> tuple[bytes, dict[str, str], bytes]:
    """Return status line, headers by lower-case name, and body."""
    head, _, rest = response.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    return status, {n.decode().lower(): v.decode() for n, _, v in (line.partition(b": ") for line in lines)}, rest
