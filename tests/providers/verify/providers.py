"""Providers over raw sockets, which answer as no HTTP library would."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, bytes], None]
"""Answers a request, given its head, on a connection; which is closed afterwards."""


def answering(status: str, body: bytes = b"", **headers: str) -> Behaviour:
    """Return a behaviour that always answers the same.

    Args:
        status: with its phrase.
        body: as it is sent.
        headers: with underscores for hyphens; Content-Length is added.
    """
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    raw = "\r\n".join((*lines, "", "")).encode() + body
    return lambda connection, _: connection.sendall(raw)


def sending(raw: bytes) -> Behaviour:
    """Return a behaviour that sends some bytes and ends."""
    return lambda connection, _: connection.sendall(raw)


def silent(connection: socket.socket, _: bytes) -> None:
    """Answer nothing until the client is gone."""
    while connection.recv(65536):
        pass


def echoing(connection: socket.socket, head: bytes) -> None:
    """Answer with the request's own head."""
    answering("200 OK", head, Content_Type="application/json")(connection, head)


@contextmanager
def provider(behaviour: Behaviour) -> Iterator[str]:
    """Serve while the `with` block lasts; yield the URL."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=50)
    ended = threading.Event()

    def converse(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            behaviour(connection, _head(connection))

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            if ended.is_set():
                connection.close()
                return
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    address = listening.getsockname()
    try:
        yield f"http://127.0.0.1:{address[1]}"
    finally:
        ended.set()
        socket.create_connection(address).close()
        thread.join()
        listening.close()


def _head(connection: socket.socket) -> bytes:
    """Return the head of a request, whose body is read too."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-l")), 0
    )
    while len(rest) < length:
        rest += connection.recv(65536)
    return head
