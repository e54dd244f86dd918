"""Large bodies over sockets: they take turns in the room that they share, and small ones need none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crm_mocks.server.thread import Mocks
from crm_mocks.vendor import Vendor
from tests.server.connections import CONTACTS, LOOPS, admin, connect, creation, exchange, queue, serving_toy
from tests.server.serving import PATIENT

SIZE = 2_000_000
SETTINGS = {**PATIENT, "host.body_bytes": SIZE, "host.bodies_bytes": SIZE + SIZE // 2}
"""Room for one body of this size, but not for two."""

FRAMINGS = {
    "announced": f"Content-Length: {SIZE}\r\n\r\n".encode(),
    "in chunks": b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % SIZE,
    "expecting": f"Content-Length: {SIZE}\r\nExpect: 100-continue\r\n\r\n".encode(),
}


@pytest.fixture(scope="module", params=[(loop, tls) for loop in LOOPS for tls in (False, True)], ids=str)
def mocks(request: pytest.FixtureRequest, toy_vendor: Vendor) -> Iterator[Mocks]:
    loop, tls = request.param
    with serving_toy(toy_vendor, loop, tls=tls, settings=SETTINGS) as served:
        yield served


BODY = b'{"email": "%s@example.com"}'
NAMES = b"first", b"other"
ENDS = {"announced": BODY, "in chunks": BODY + b"\r\n0\r\n\r\n", "expecting": BODY}
"""What follows `large`, but for the name in it."""


def large(session: str, framing: str = "announced") -> bytes:
    """Return all of a request with a large body but for its end."""
    head = f"POST /~{session}{CONTACTS} HTTP/1.1\r\nHost: localhost\r\nX-Key: demo-key\r\n"
    blanks = b" " * (SIZE - len(BODY % NAMES[0]))
    return f"{head}Content-Type: application/json\r\n".encode() + FRAMINGS[framing] + blanks


@contextmanager
def sending(connection: socket.socket, data: bytes) -> Iterator[None]:
    """Send what the server may not read before the end of the block."""
    thread = threading.Thread(target=connection.sendall, args=(data,))
    thread.start()
    try:
        yield
    finally:
        thread.join(60)


def status(connection: socket.socket) -> bytes:
    """Return the status of the next response that is not preliminary."""
    answer = b""
    while not answer.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b""):
        answer = connection.recv(65536)
    return answer.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")[9:12]


def is_served(mocks: Mocks, session: str, number: int) -> bool:
    """Return whether a small request is answered as usual."""
    answer = exchange(mocks, creation(session, f"small{number}@example.com", "Connection: close\r\n"))
    return answer.startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize("framing", FRAMINGS)
def test_a_large_body_is_read_after_the_one_before_and_small_ones_meanwhile(mocks: Mocks, framing: str) -> None:
    session = f"turns-{framing.replace(' ', '-')}"
    end = ENDS[framing]
    with connect(mocks) as first, connect(mocks) as second:
        first.sendall(large(session, framing))
        assert is_served(mocks, session, 0)
        with sending(second, large(session, framing) + end % NAMES[1]):
            assert all(is_served(mocks, session, number) for number in range(1, 3))
            first.sendall(end % NAMES[0])
            assert status(first) == b"201"
        assert status(second) == b"201"
    records = admin(mocks, "GET", f"records?session={session}&vendor=toy&kind=contacts")["records"]
    names = [record["email"].partition("@")[0] for record in records]
    assert names == [*[f"small{number}" for number in range(3)], "first", "other"]


def test_a_large_body_is_read_when_the_client_before_has_gone(mocks: Mocks) -> None:
    with connect(mocks) as second:
        with connect(mocks) as first:
            first.sendall(large("gone"))
            assert is_served(mocks, "gone", 0)
            thread = sending(second, large("gone") + BODY % NAMES[1])
            thread.__enter__()
            assert is_served(mocks, "gone", 1)
        thread.__exit__(None, None, None)
        assert status(second) == b"201"


@pytest.mark.parametrize("fault", ["TIMEOUT", "SLOW_BODY"])
def test_a_fault_that_takes_long_does_not_hold_up_the_next_large_body(mocks: Mocks, fault: str) -> None:
    session = f"fault-{fault.lower().replace('_', '-')}"
    queue(mocks, session, fault, delay_ms=600_000)
    with connect(mocks) as first, connect(mocks) as second:
        first.sendall(large(session) + BODY % NAMES[0])
        with sending(second, large(session) + BODY % NAMES[1]):
            pass
        assert status(second) == b"201"


def test_a_live_page_with_a_large_body_does_not_hold_up_the_next_large_body(mocks: Mocks) -> None:
    with connect(mocks) as first, connect(mocks) as second:
        head = b"GET /__admin/events HTTP/1.1\r\nHost: localhost\r\n" + FRAMINGS["announced"]
        first.sendall(head + b" " * SIZE)
        assert status(first) == b"200"
        with sending(second, large("page") + BODY % NAMES[1]):
            pass
        assert status(second) == b"201"
