"""What the protocol writes to the transport, and what a request leaves behind."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from crm_mocks.server.connection import Connections
from crm_mocks.server.protocol import MockProtocol
from crm_mocks.settings.host import HostSettings

ROOT = Path(__file__).parents[2]
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
App = Callable[[Any, Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]


class Transport(asyncio.Transport):
    """Records what is written."""

    def __init__(self) -> None:
        super().__init__({"sockname": ("127.0.0.1", 1), "peername": ("127.0.0.1", 2)})
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def answers(headers: Headers, *pieces: bytes, status: int = 200) -> App:
    """Return an application that sends a response in pieces."""

    async def application(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for piece in pieces[:-1]:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": pieces[-1]})

    return application


async def _exchange(application: App, requests: Iterable[bytes]) -> Transport:
    connections = Connections()
    protocol = MockProtocol(application, connections, HostSettings(), lambda _: None)
    transport = Transport()
    protocol.connection_made(transport)
    for request in requests:
        protocol.data_received(request)
        await asyncio.wait(connections.tasks)
        await asyncio.sleep(0)
    return transport


def written(application: App, *requests: bytes) -> list[bytes]:
    """Return what the protocol writes for requests on one connection."""
    return asyncio.run(_exchange(application, requests or (GET,))).writes


def test_a_lost_connection_ends_all_its_requests() -> None:
    seen: list[str] = []

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        while (message := await receive())["type"] != "http.disconnect":
            pass
        seen.append(message["type"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"late"})

    async def main() -> Transport:
        connections, transport = Connections(), Transport()
        protocol = MockProtocol(application, connections, HostSettings(), lambda _: None)
        protocol.connection_made(transport)
        protocol.data_received(GET * 20)
        await asyncio.sleep(0)
        protocol.connection_lost(ConnectionResetError())
        for _ in range(10):
            await asyncio.sleep(0)
        assert not connections.tasks
        return transport

    assert asyncio.run(main()).writes == []
    assert seen == ["http.disconnect"]


def test_head_and_body_are_one_write() -> None:
    (write,) = written(answers([(b"Content-Length", b"2")], b"ok"))
    assert write == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def test_a_response_without_body_is_one_write() -> None:
    assert written(answers([], b"", status=204)) == [b"HTTP/1.1 204 No Content\r\n\r\n"]


def test_a_response_to_head_has_no_body() -> None:
    (write,) = written(answers([(b"content-length", b"2")], b""), GET.replace(b"GET", b"HEAD"))
    assert write == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


def test_a_body_of_unknown_length_is_chunked() -> None:
    assert b"".join(written(answers([], b"a", b"bcd"))) == (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n3\r\nbcd\r\n0\r\n\r\n"
    )


def test_a_connection_that_the_client_closes_is_closed_after_the_response() -> None:
    request = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    transport = asyncio.run(_exchange(answers([(b"content-length", b"0")], b""), [request]))
    assert transport.writes == [b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"]
    assert transport.closed


@pytest.mark.parametrize("body", [b"a", b"abc"], ids=["shorter", "longer"])
def test_a_body_that_has_not_its_length_ends_the_connection(body: bytes) -> None:
    transport = asyncio.run(_exchange(answers([(b"content-length", b"2")], body), [GET]))
    assert transport.closed
    assert transport.writes == []


def test_a_header_with_a_line_break_ends_the_connection_unsent() -> None:
    transport = asyncio.run(_exchange(answers([(b"a", b"b\r\nc: d")], b""), [GET]))
    assert transport.closed
    assert transport.writes == []


def collected(requests: int) -> int:
    """Return how many objects the collector finds after that many requests."""

    async def measure() -> int:
        gc.collect()
        gc.disable()
        try:
            await _exchange(answers([(b"content-length", b"0")], b""), [GET] * requests)
            return gc.collect()
        finally:
            gc.enable()

    return asyncio.run(measure())


def test_requests_leave_no_garbage_for_the_collector() -> None:
    # Threads of other tests leave garbage too, so this is measured in a process of its own.
    code = "from tests.server.test_response_cycle import collected; print(collected(21), collected(1))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    many, one = done.stdout.split()
    assert many == one


@pytest.mark.parametrize("headers", [[], [(b"transfer-encoding", b"chunked")]], ids=["no length", "chunked"])
def test_a_body_without_length_ends_with_the_connection_in_http_1_0(headers: Headers) -> None:
    sent = b"".join(written(answers(headers, b"ab", b"", b"cd"), GET.replace(b"1.1", b"1.0")))
    assert sent == b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabcd"
