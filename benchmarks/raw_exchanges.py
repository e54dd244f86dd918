"""Requests and answers of the attackers, byte by byte."""

from __future__ import annotations

import socket

JSON = "Content-Type: application/json\r\n"
MIB = 1024**2


def request(method: str, path: str, body: bytes = b"", headers: str = JSON) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=120)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answer(connection: socket.socket) -> bytes:
    """Return an answer once all of it has come."""
    came = bytearray()
    while b"\r\n\r\n" not in came:
        came += piece(connection)
    head, _, rest = came.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        while not rest.endswith(b"\r\n0\r\n\r\n"):  # JSON has no such end in its middle
            rest = rest[-8:] + piece(connection)
        return bytes(head)
    missing = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]) - len(rest)
    while missing > 0:
        missing -= len(piece(connection))
    return bytes(head)


def piece(connection: socket.socket) -> bytes:
    piece = connection.recv(MIB)
    if not piece:
        raise SystemExit("the server has closed the connection")
    return piece


def exchange(port: int, request: bytes, least: int = 200, most: int = 499) -> None:
    with connected(port) as connection:
        connection.sendall(request)
        head = answer(connection)
    status = int(head[9:12])
    if not least <= status <= most:
        raise SystemExit(f"an attack was answered {head[:200]!r}")
