"""Who waits for requests to a shared session: many at once, and clients that leave."""

from __future__ import annotations

import asyncio
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from crm_mocks.server.thread import Mocks
from crm_mocks.state.shared.stored_sessions import StoredSessions
from crm_mocks.vendor import Vendor
from tests.server.connections import LOOPS, serving_toy
from tests.state.shared.conftest import CONTACTS, PATIENT, Replicas
from tests.state.shared.server import StateServer

WAITS = 40


@pytest.fixture
def pulls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the sessions that are read from the server."""
    found: list[str] = []
    pull = StoredSessions.pull

    async def noted(self: StoredSessions, session: str, *arguments: Any, **options: Any) -> Any:
        found.append(session)
        return await pull(self, session, *arguments, **options)

    monkeypatch.setattr(StoredSessions, "pull", noted)
    return found


def test_those_who_read_at_once_share_a_reading(pair: Replicas, pulls: list[str]) -> None:
    pair.create(0)
    pulls.clear()
    sessions = pair.apps[1].mock_app.sessions

    async def together() -> None:
        await asyncio.gather(*(sessions.read(["default"]) for _ in range(WAITS)))

    pair.run(together())
    assert pulls == ["default"]
    assert pair.ids(1) == ["default-1"]


def test_who_reads_during_a_reading_gets_what_was_stored_meanwhile(pair: Replicas) -> None:
    sessions = pair.apps[1].mock_app.sessions

    async def scenario() -> int:
        first = asyncio.ensure_future(sessions.read(["default"]))
        await asyncio.sleep(0.01)  # it may have begun
        await pair.clients[0].post(CONTACTS, json={"email": "a@example.com"})
        await asyncio.gather(first, sessions.read(["default"]))
        return int(sessions.find("default").journal.total)

    assert pair.run(scenario()) == 1


def test_a_reading_survives_the_one_who_asked_first(pair: Replicas) -> None:
    pair.create(0)
    sessions = pair.apps[1].mock_app.sessions

    async def scenario() -> None:
        first, other = (asyncio.ensure_future(sessions.read(["default"])) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await other

    pair.run(scenario())
    assert sessions.find("default").journal.total == 1


def test_a_reading_that_was_cancelled_does_not_prevent_another_one(pair: Replicas) -> None:
    pair.create(0)
    sessions = pair.apps[1].mock_app.sessions

    async def scenario() -> None:
        reading = asyncio.ensure_future(sessions.read(["default"]))
        await asyncio.sleep(0)  # the task of the reading is made, but has not run
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()  # as at the end of an event loop
        await asyncio.wait((reading,))
        await sessions.read(["default"])

    pair.run(scenario())
    assert sessions.find("default").journal.total == 1


@pytest.fixture(params=LOOPS)
def serving(server: StateServer, toy_vendor: Vendor, request: pytest.FixtureRequest) -> Iterator[Mocks]:
    prefix = f"test-{uuid.uuid4().hex}"
    settings = {"state.prefix": prefix, **PATIENT}
    with ExitStack() as stack:
        yield stack.enter_context(serving_toy(toy_vendor, request.param, state=server.url, settings=settings))


def until_listening(server: StateServer, count: int) -> None:
    """Wait until some connections to the server listen for exchanges."""
    end = time.monotonic() + 60
    while True:
        clients = server.command("CLIENT", "LIST").splitlines()
        if sum(b" sub=1" in each or b" psub=1" in each for each in clients) == count:
            return
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize("session", ["default", "*"])
def test_a_wait_ends_when_its_client_leaves(serving: Mocks, server: StateServer, session: str) -> None:
    request = f"GET /__admin/requests?session={session}&wait_ms=600000&count=9 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    address = ("127.0.0.1", urlsplit(serving.url).port)
    clients = [socket.create_connection(address) for _ in range(WAITS)]
    for client in clients:
        client.sendall(request.encode())
    until_listening(server, WAITS)
    for client in clients:
        client.close()
    until_listening(server, 0)
