"""Waiting for requests: `wait_ms` and `count` of GET requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

from tests.admin.conftest import CONTACTS, OPERATION, Control


def waited(control: Control, query: str, *then: Awaitable[Any]) -> tuple[httpx.Response, float]:
    """Send the query, run the other requests while it waits, and return its response and duration in seconds."""

    async def ask() -> tuple[httpx.Response, float]:
        began = time.perf_counter()
        asking = asyncio.ensure_future(control.api._client.get(f"/__admin/requests?{query}"))
        await asyncio.sleep(0.05)
        for each in then:
            await each
        response = await asking
        return response, time.perf_counter() - began

    result: tuple[httpx.Response, float] = control.api.run(ask())
    return result


def creating(control: Control, email: str, session: str = "default") -> Awaitable[Any]:
    return control.api._client.post(f"/~{session}{CONTACTS}", json={"email": email})


def test_waiting_ends_when_the_request_arrives(control: Control) -> None:
    response, seconds = waited(control, "wait_ms=60000", creating(control, "a@b.c"))
    assert response.json()["meta"]["total"] == 1
    assert seconds < 30


def test_waiting_ends_when_count_requests_have_arrived(control: Control) -> None:
    response, seconds = waited(control, "wait_ms=60000&count=2", creating(control, "a@b.c"), creating(control, "b@b.c"))
    assert response.json()["meta"]["total"] == 2
    assert seconds < 30


def test_only_matching_requests_end_the_wait(control: Control) -> None:
    response, seconds = waited(
        control,
        f"wait_ms=60000&operation={OPERATION}&status=409",
        creating(control, "a@b.c"),
        creating(control, "a@b.c"),
    )
    assert [each["id"] for each in response.json()["requests"]] == ["default-2"]
    assert seconds < 30


def test_since_is_respected_while_waiting(control: Control) -> None:
    control.create()
    response, seconds = waited(control, "wait_ms=60000&since=default-1", creating(control, "b@b.c"))
    assert [each["id"] for each in response.json()["requests"]] == ["default-2"]
    assert seconds < 30


@pytest.mark.parametrize("session", ["new", "*"])
def test_waiting_works_for_a_session_that_does_not_exist_yet(control: Control, session: str) -> None:
    response, seconds = waited(control, f"wait_ms=60000&session={session}", creating(control, "a@b.c", "new"))
    assert [each["id"] for each in response.json()["requests"]] == ["new-1"]
    assert seconds < 30


def test_other_sessions_do_not_count(control: Control) -> None:
    response, seconds = waited(control, "wait_ms=200", creating(control, "a@b.c", "other"))
    assert response.json()["meta"]["total"] == 0
    assert seconds >= 0.2


def test_after_the_time_limit_the_requests_so_far_are_returned(control: Control) -> None:
    control.create()
    response, seconds = waited(control, "wait_ms=200&count=2")
    assert (response.status_code, response.json()["meta"]["total"]) == (200, 1)
    assert 0.2 <= seconds < 30


def test_existing_requests_are_returned_immediately(control: Control) -> None:
    control.create()
    _, seconds = waited(control, "wait_ms=60000")
    assert seconds < 30


def test_a_reset_while_waiting_is_taken_into_account(control: Control) -> None:
    control.create("a@b.c")
    response, seconds = waited(
        control,
        "wait_ms=60000&count=2",
        control.api._client.post("/__admin/reset"),
        creating(control, "a@b.c"),
        creating(control, "b@b.c"),
    )
    assert [each["id"] for each in response.json()["requests"]] == ["default-1", "default-2"]
    assert seconds < 30


def test_waiting_clients_do_not_block_others(control: Control) -> None:
    async def together() -> list[httpx.Response]:
        waiting = [
            asyncio.ensure_future(control.api._client.get(f"/__admin/requests?wait_ms=60000&session=s{number}"))
            for number in range(50)
        ]
        await asyncio.sleep(0.05)
        assert (await control.api._client.get("/__admin/health")).status_code == 200
        for number in range(50):
            await creating(control, "a@b.c", f"s{number}")
        return await asyncio.gather(*waiting)

    began = time.perf_counter()
    responses = control.api.run(together())
    assert [response.json()["meta"]["total"] for response in responses] == [1] * 50
    assert time.perf_counter() - began < 30


def test_no_listener_is_left_behind(control: Control) -> None:
    listeners = len(control.mock_app.listeners)
    waited(control, "wait_ms=100")
    waited(control, "wait_ms=60000", creating(control, "a@b.c"))
    assert len(control.mock_app.listeners) == listeners


def test_waiting_ends_when_the_client_disconnects(control: Control) -> None:
    """The channel reports the disconnect like a server."""
    messages = [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/__admin/requests",
        "query_string": b"wait_ms=60000",
        "headers": [(b"host", b"localhost")],
        "server": ("127.0.0.1", 4010),
    }

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(_: Any) -> None:
        return None

    began = time.perf_counter()
    control.api.run(control.api.app(scope, receive, send))
    assert time.perf_counter() - began < 30
    assert control.mock_app.listeners == []
