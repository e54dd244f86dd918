"""Replicas of one mock, in this process, that share a state on a real server."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

from crm_mocks import create_app
from crm_mocks.vendor import Vendor
from tests.conftest import BASE_URL, NOW
from tests.state.shared.server import StateServer, program

CONTACTS = "/toy/contacts"
PATIENT = {"state.connect_seconds": 60, "state.command_seconds": 60}
"""Settings for machines that are busy with other things; a server that is away refuses connections at once."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StateServer]:
    """A server that all tests of a worker use, each with a prefix of its own."""
    if program() is None:
        pytest.skip("neither valkey-server nor redis-server is installed")
    server = StateServer(tmp_path_factory.mktemp("state"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path: Any) -> Iterator[StateServer]:
    """A server of the test, which may break it."""
    if program() is None:
        pytest.skip("neither valkey-server nor redis-server is installed")
    server = StateServer(tmp_path)
    server.start()
    yield server
    server.stop()


class Replicas:
    """Several mocks that share a state. Each `send` is a request to one of them."""

    def __init__(self, vendor: Vendor | str, url: str, count: int = 2, **options: Any) -> None:
        self.options = {"seed": 1, "now": NOW, "state_wait": 60.0, **options}
        self.settings = {"state.prefix": f"test-{uuid.uuid4().hex}", **PATIENT, **(options.get("settings") or {})}
        self.url, self.vendor = url, vendor
        self.loop = asyncio.new_event_loop()
        self.apps = [self._make() for _ in range(count)]
        self.clients = [self._client(app) for app in self.apps]

    def _make(self) -> Any:
        return create_app([self.vendor], **{**self.options, "state": self.url, "settings": self.settings})

    @staticmethod
    def _client(app: Any) -> httpx.AsyncClient:
        headers = {"X-Key": "demo-key"}
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL, headers=headers)

    def run(self, awaitable: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(awaitable)

    def watch(self) -> None:
        """Have all replicas watch the state, as servers do."""
        for app in self.apps:
            self.run(app.mock_app.shared.start())

    def replace(self, place: int) -> None:
        """Replace a replica by a new one, as after its death."""
        self.run(self.apps[place].mock_app.shared.connection.close())
        self.apps[place] = self._make()
        self.clients[place] = self._client(self.apps[place])

    def send(self, place: int, method: str, path: str, **keywords: Any) -> httpx.Response:
        return self.run(self.clients[place].request(method, path, **keywords))

    def create(self, place: int, email: str = "ada@example.com", session: str = "default") -> httpx.Response:
        return self.send(place, "POST", f"/~{session}{CONTACTS}", json={"email": email})

    def admin(self, place: int, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.send(place, method, f"/__admin/{path}", json=body)

    def ids(self, place: int, session: str = "default") -> list[str]:
        return [each["id"] for each in self.admin(place, "GET", f"requests?session={session}").json()["requests"]]

    def close(self) -> None:
        for client, app in zip(self.clients, self.apps, strict=True):
            self.run(client.aclose())
            self.run(app.mock_app.shared.stop())
        self.loop.close()


def until_created(mocks: Replicas, place: int) -> httpx.Response:
    """Create contacts until one is answered with something else than 503; return that response.

    Each has an address of its own, since what was answered 503 for a late reply may be stored.
    """
    answers: list[httpx.Response] = []

    def is_used() -> bool:
        answers.append(mocks.create(place, f"attempt-{len(answers)}-at-{place}@example.com"))
        return answers[-1].status_code != 503

    wait_until(mocks, is_used)
    return answers[-1]


def wait_until(mocks: Replicas, holds: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        mocks.run(asyncio.sleep(0.05))


@pytest.fixture
def replicas(server: StateServer, toy_vendor: Vendor) -> Iterator[Callable[..., Replicas]]:
    made: list[Replicas] = []

    def make(count: int = 2, url: str | None = None, **options: Any) -> Replicas:
        made.append(Replicas(toy_vendor, url or server.url, count, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def pair(replicas: Callable[..., Replicas]) -> Replicas:
    """Two replicas."""
    return replicas()
