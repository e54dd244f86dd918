"""Room for large bodies: who gets it, who waits, and who takes none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from crm_mocks.asgi.request_limits import release_body
from crm_mocks.server.body_room import BodyRoom
from crm_mocks.server.connection import Connections
from crm_mocks.server.protocol import MockProtocol
from crm_mocks.settings.host import HostSettings
from tests.server.test_response_cycle import Transport

App = Callable[[Any, Any, Any], Awaitable[None]]
HEAD = b"POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST /large HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
GET = b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n"
LARGE = 100_000
LIMITS = HostSettings(body_bytes=150_000, bodies_bytes=180_000)


class PausedTransport(Transport):
    """Remembers whether it is read."""

    is_read = True

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True

    def can_write_eof(self) -> bool:
        return False


class Clients:
    """Clients of one server with room for one large body."""

    def __init__(self, application: App) -> None:
        self.room = BodyRoom(LIMITS.bodies_bytes)
        self._application = application
        self._connections = Connections(bodies=self.room)

    def connect(self) -> tuple[MockProtocol, PausedTransport]:
        protocol = MockProtocol(self._application, self._connections, LIMITS, lambda _: None)
        transport = PausedTransport()
        protocol.connection_made(transport)
        return protocol, transport

    async def settle(self) -> None:
        for _ in range(50):  # pieces of 16 kB, one at a time
            await asyncio.sleep(0)


async def reading(_scope: Any, receive: Any, send: Any) -> None:
    """Read all of the body, then respond."""
    await read(receive)
    await respond(send)


async def read(receive: Any) -> None:
    while (message := await receive())["type"] == "http.request" and message["more_body"]:
        pass


async def respond(send: Any) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def never(*_: Any) -> None:
    await asyncio.Event().wait()


class Body:
    """Stands for the body of a request."""


def room_of(*sizes: int, limit: int = 10) -> tuple[Any, list[Any], list[int]]:
    """Return a room that bodies of some sizes have asked for, the bodies, and a list of those let in later."""
    room: Any = BodyRoom(limit)
    bodies = [Body() for _ in sizes]
    let_in: list[int] = []
    for number, (body, size) in enumerate(zip(bodies, sizes, strict=True)):
        if room.enter(body, size, lambda number=number: let_in.append(number)):
            let_in.append(number)
    return room, bodies, let_in


def test_bodies_get_room_up_to_the_limit() -> None:
    room, _, let_in = room_of(4, 6, 1)
    assert (let_in, room.taken) == ([0, 1], 10)


def test_bodies_that_wait_get_room_in_their_order() -> None:
    room, bodies, let_in = room_of(6, 6, 2, 2)
    assert let_in == [0]  # the small ones do not overtake the second
    room.leave(bodies[0])
    assert (let_in, room.taken) == ([0, 1, 2, 3], 10)


def test_a_body_larger_than_the_room_has_it_alone() -> None:
    room, bodies, let_in = room_of(20, 20)
    assert let_in == [0]
    room.leave(bodies[0])
    assert (let_in, room.taken) == ([0, 1], 20)


def test_a_body_takes_only_what_it_has() -> None:
    room, bodies, let_in = room_of(10, 5)
    room.settle(bodies[0], 5)
    assert (let_in, room.taken) == ([0, 1], 10)


def test_a_body_that_came_while_it_waited_takes_room() -> None:
    room, bodies, let_in = room_of(10, 5, 1)
    room.settle(bodies[1], 5)
    room.leave(bodies[0])
    assert (let_in, room.taken) == ([0, 2], 6)


def test_what_leaves_while_it_waits_takes_nothing() -> None:
    room, bodies, let_in = room_of(10, 5, 1)
    room.leave(bodies[1])
    room.leave(bodies[0])
    assert (let_in, room.taken) == ([0, 2], 1)


def reads(*sent: bytes, application: App = reading) -> tuple[bool, int]:
    """Return whether a client is read that sends something while another body has all the room, and what is taken."""

    async def main() -> tuple[bool, int]:
        clients = Clients(application)
        first, _ = clients.connect()
        first.data_received(HEAD % 150_000)
        protocol, transport = clients.connect()
        for piece in sent:
            protocol.data_received(piece)
            await clients.settle()
        return transport.is_read, clients.room.taken

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("sent", "is_read"),
    [
        ((HEAD % LARGE,), False),
        ((HEAD % 65_536,), True),
        ((CHUNKED, b"5000\r\n" + b"x" * 0x5000 + b"\r\n"), True),
        ((CHUNKED, *[b"5000\r\n" + b"x" * 0x5000 + b"\r\n"] * 4), False),
        ((HEAD % 150_001,), True),  # is refused
        ((GET,), True),
    ],
    ids=["announced", "small", "small in chunks", "in chunks", "too large", "none"],
)
def test_only_large_bodies_wait(sent: tuple[bytes, ...], is_read: bool) -> None:
    assert reads(*sent) == (is_read, 150_000)


async def refusing(_scope: Any, _receive: Any, send: Any) -> None:
    await respond(send)


def test_a_client_that_waits_is_read_on_once_it_is_refused() -> None:
    assert reads(HEAD % LARGE, application=refusing) == (True, 0)


def test_a_client_that_waits_has_no_time_out_and_one_that_is_read_has() -> None:
    async def main() -> list[bool]:
        clients = Clients(reading)
        protocols = [clients.connect()[0] for _ in range(2)]
        for protocol in protocols:
            protocol.data_received(HEAD % LARGE)
        now = asyncio.get_running_loop().time()
        for protocol in protocols:
            protocol.check_timeouts(now + LIMITS.body_seconds + 1, 0)
        return [protocol._parser.in_body for protocol in protocols]

    assert asyncio.run(main()) == [False, True]


async def _handed_on(end: Callable[[MockProtocol], None]) -> tuple[bool, int]:
    """Return whether a client that waits is read when the body before it ends, and what room is taken."""
    clients = Clients(reading)
    first, _ = clients.connect()
    first.data_received(HEAD % LARGE)
    second, transport = clients.connect()
    second.data_received(HEAD % LARGE)
    await clients.settle()
    assert not transport.is_read
    end(first)
    await clients.settle()
    return transport.is_read, clients.room.taken


@pytest.mark.parametrize(
    "end",
    [
        lambda first: first.data_received(b"x" * LARGE),
        lambda first: first.connection_lost(None),
        lambda first: first.eof_received(),
        lambda first: first.check_timeouts(first.loop.time() + LIMITS.body_seconds + 1, 0),
    ],
    ids=["answered", "lost", "ended", "late"],
)
def test_room_is_handed_on_when_a_request_ends(end: Callable[[MockProtocol], None]) -> None:
    assert asyncio.run(_handed_on(end)) == (True, LARGE)


def test_a_request_behind_another_one_takes_no_room() -> None:
    async def main() -> list[int]:
        clients = Clients(never)
        protocol, _ = clients.connect()
        protocol.data_received(GET + HEAD % LARGE)
        return [clients.room.taken]

    assert asyncio.run(main()) == [0]


def test_a_request_behind_another_one_takes_room_when_it_is_its_turn() -> None:
    async def main() -> int:
        clients = Clients(reading)
        protocol, _ = clients.connect()
        protocol.data_received(GET + HEAD % LARGE)
        await clients.settle()
        return clients.room.taken

    assert asyncio.run(main()) == LARGE


def test_a_body_is_counted_until_it_is_processed() -> None:
    async def main() -> tuple[int, int]:
        done = asyncio.Event()

        async def application(_scope: Any, receive: Any, send: Any) -> None:
            await read(receive)
            await done.wait()
            await respond(send)

        clients = Clients(application)
        protocol, _ = clients.connect()
        protocol.data_received(HEAD % LARGE + b"x" * LARGE)
        await clients.settle()
        before = clients.room.taken
        done.set()
        await clients.settle()
        return before, clients.room.taken

    assert asyncio.run(main()) == (LARGE, 0)


def test_a_body_that_the_application_releases_takes_no_room() -> None:
    async def releasing(scope: Any, receive: Any, _send: Any) -> None:
        await read(receive)
        release_body(scope)
        await never()

    async def main() -> int:
        clients = Clients(releasing)
        protocol, _ = clients.connect()
        protocol.data_received(HEAD % LARGE + b"x" * LARGE)
        await clients.settle()
        return clients.room.taken

    assert asyncio.run(main()) == 0
