"""Providers on raw sockets, for responses that no HTTP library sends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, bytes], None]
"""Responds to a request, given its head, on a connection, which is closed afterwards."""


def responding(status: str, body: bytes = b"", **headers: str) -> Behaviour:
    """Return a behaviour with a fixed response.

    Args:
        status: with reason phrase.
        body: sent unchanged.
        headers: with underscores for hyphens; Content-Length is added.
    """
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    raw = "\r\n".join((*lines, "", "")).encode() + body
    return lambda connection, _: connection.sendall(raw)


def sending(raw: bytes) -> Behaviour:
    """Return a behaviour that sends bytes and closes the connection."""
    return lambda connection, _: connection.sendall(raw)


def silent(connection: socket.socket, _: bytes) -> None:
    """Send nothing until the client disconnects."""
    while connection.recv(65536):
        pass


def echoing(connection: socket.socket, head: bytes) -> None:
    """Respond with the head of the request."""
    responding("200 OK", head, Content_Type="application/json")(connection, head)


@contextmanager
def provider(behaviour: Behaviour) -> Iterator[str]:
    """Serve while the `with` block lasts; yield the URL."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=50)
    stopped = threading.Event()

    def handle(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behaviour(connection, _head(connection))

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            if stopped.is_set():
                connection.close()
                return
            threading.Thread(target=handle, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    address = listening.getsockname()
    try:
        yield f"http://127.0.0.1:{address[1]}"
    finally:
        stopped.set()
        socket.create_connection(address).close()
        thread.join()
        listening.close()


def _head(connection: socket.socket) -> bytes:
    """Return the head of a request, after reading the body."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return data
        data += chunk
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-l")), 0
    )
    while len(rest) < length and (chunk := connection.recv(65536)):
        rest += chunk
    return head
