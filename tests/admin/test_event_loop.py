"""Sessions are used on the event loop only, although Flask runs in a thread."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from typing import Any

import httpx
import pytest

from crm_mocks import create_app, turns
from crm_mocks.admin.application import flask_as_asgi
from crm_mocks.admin.event_entries import entries_after
from crm_mocks.admin.journal_query import JournalQuery
from crm_mocks.admin.views import about
from crm_mocks.asgi.mock_app import MockApp
from crm_mocks.asgi.transport import Message
from crm_mocks.state.session_registry import SessionRegistry
from crm_mocks.vendor import Vendor
from tests.admin.conftest import OPERATION, Control


class Watched(SessionRegistry):
    """A registry that records the threads that use it."""

    def __init__(self, real: SessionRegistry) -> None:
        self.__dict__ = real.__dict__
        self.threads: list[int] = []

    def __getattribute__(self, name: str) -> Any:
        if name in ("get", "find", "reset", "unused_name", "bind_port", "__iter__", "name_at_port"):
            self.threads.append(threading.get_ident())
        return super().__getattribute__(name)

    def __iter__(self) -> Any:
        self.threads.append(threading.get_ident())
        return super().__iter__()


@pytest.mark.one_process
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "sessions", {}),
        ("POST", "reset", {}),
        ("GET", "vendors", None),
        ("GET", "requests", None),
        ("GET", "requests?session=*&wait_ms=20", None),
        ("GET", "requests/unmatched", None),
        ("POST", "requests/count", {}),
        ("POST", "requests/find", {"session": "*"}),
        ("POST", "responses", {"operation": OPERATION, "status": 500}),
        ("GET", "responses", None),
        ("DELETE", "responses", None),
        ("GET", "records", None),
        ("PUT", "records?vendor=toy&kind=contacts", {"id": 1}),
        ("DELETE", "records?vendor=toy&kind=contacts", None),
        ("POST", "clock", {"advance_seconds": 1}),
        ("GET", "settings", None),
        ("PUT", "settings", {"toy.latency_ms": 0}),
    ],
)
def test_routes_use_sessions_on_the_event_loop_only(control: Control, method: str, path: str, body: Any) -> None:
    mock_app: MockApp = control.mock_app
    mock_app.sessions = watched = Watched(mock_app.sessions)
    watched.threads.clear()
    response = control.api.request(method, f"/__admin/{path}", json=body)
    assert response.status_code in (200, 201)
    touched = len(watched.threads)
    assert touched >= 1
    assert set(watched.threads) == {threading.get_ident()}  # the tests' loop runs in this thread


def test_the_gateway_imports_flask_lazily() -> None:
    code = (
        "import sys, crm_mocks.admin.gateway; sys.exit(any(name in sys.modules for name in ('flask', 'asgiref.wsgi')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.one_process
def test_mocks_on_two_loops_do_not_block_each_other(control: Control) -> None:
    """One calls the other's control API while its own request is in progress."""
    vendor: Vendor = control.mock_app.vendors["toy"]
    answers: list[int] = []

    async def ask_other() -> None:
        transport = httpx.ASGITransport(create_app([vendor]))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4010") as client:
            answers.append((await client.get("/__admin/version")).status_code)

    async def open_port(_: str) -> int:
        other = threading.Thread(target=asyncio.run, args=(ask_other(),))
        other.start()
        other.join(60)  # blocks this loop on purpose
        return 1

    control.mock_app.open_port = open_port
    assert control.post("sessions").status_code == 201
    assert answers == [200]


def test_the_task_of_the_request_sends_the_response(control: Control) -> None:
    """A server may start the next request of the connection in the context in which the last bytes were sent."""
    senders: list[asyncio.Task[Any] | None] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Message) -> None:
        senders.append(asyncio.current_task())

    async def ask() -> asyncio.Task[Any] | None:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": "/__admin/version",
            "query_string": b"",
            "headers": [],
        }
        await flask_as_asgi(control.mock_app, {})(scope, receive, send)
        return asyncio.current_task()

    own = asyncio.run(ask())
    assert senders
    assert set(senders) == {own}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "sessions"), ("POST", "reset"), ("GET", "requests?session=*"), ("", "events")]
)
def test_other_requests_have_their_turn_between_sessions(method: str, path: str, monkeypatch: Any) -> None:
    """Ten thousand sessions take most of a second."""
    monkeypatch.setattr(turns, "TURN_SECONDS", -1)
    app = create_app(["leadbank"])
    sessions = 200
    for number in range(sessions):
        app.mock_app.sessions.get(f"s{number}")

    async def turns_of_others() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:4010") as client:
            work: Any = (
                client.request(method, f"/__admin/{path}")
                if method
                else entries_after(app.mock_app, JournalQuery(session="*"), {}, 1, is_first=True)
            )
            request = asyncio.ensure_future(work)
            counted = 0
            while not request.done():
                await asyncio.sleep(0)
                counted += 1
            if method:
                assert request.result().is_success
            return counted

    assert asyncio.run(turns_of_others()) >= sessions


@pytest.mark.one_process
def test_the_operations_of_a_contract_are_described_beside_the_event_loop(control: Control, monkeypatch: Any) -> None:
    threads: list[int] = []
    described = about._operations

    def watched(*arguments: Any) -> Any:
        threads.append(threading.get_ident())
        return described(*arguments)

    monkeypatch.setattr(about, "_operations", watched)
    operations = control.get("vendors").json()["vendors"]["toy"]["operations"]
    assert OPERATION in [each["id"] for each in operations]
    assert threads
    assert threading.get_ident() not in threads
