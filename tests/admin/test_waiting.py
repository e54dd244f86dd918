"""Waiting for requests: `wait_ms` and `count` of GET requests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

from tests.admin.conftest import CONTACTS, OPERATION, Control

LONG = "wait_ms=600000"
"""A wait that only requests can end within the time that a test may take."""

GUARD_SECONDS = 60


def asking(control: Control, query: str) -> asyncio.Future[httpx.Response]:
    return asyncio.ensure_future(control.api._client.get(f"/__admin/requests?{query}"))


async def begun(control: Control, count: int = 1) -> None:
    """Return when some clients are waiting; where replicas share a state, after a moment."""
    if control.mock_app.shared is not None:
        await asyncio.sleep(0.05)
        return
    async with asyncio.timeout(GUARD_SECONDS):
        while len(control.mock_app.listeners) < count:  # noqa: ASYNC110  # nothing tells that they have begun
            await asyncio.sleep(0)


def waited(control: Control, query: str, *then: Awaitable[Any]) -> httpx.Response:
    """Send a query, run other requests while it waits, and return its response."""

    async def ask() -> httpx.Response:
        response = asking(control, query)
        await begun(control)
        for each in then:
            await each
        return await asyncio.wait_for(response, GUARD_SECONDS)

    response: httpx.Response = control.api.run(ask())
    return response


def creating(control: Control, email: str, session: str = "default") -> Awaitable[Any]:
    return control.api._client.post(f"/~{session}{CONTACTS}", json={"email": email})


def test_waiting_ends_when_the_request_arrives(control: Control) -> None:
    response = waited(control, LONG, creating(control, "a@b.c"))
    assert response.json()["meta"]["total"] == 1


def test_waiting_ends_when_count_requests_have_arrived(control: Control) -> None:
    response = waited(control, f"{LONG}&count=2", creating(control, "a@b.c"), creating(control, "b@b.c"))
    assert response.json()["meta"]["total"] == 2


def test_only_matching_requests_end_the_wait(control: Control) -> None:
    query = f"{LONG}&operation={OPERATION}&status=409"
    response = waited(control, query, creating(control, "a@b.c"), creating(control, "a@b.c"))
    assert [each["id"] for each in response.json()["requests"]] == ["default-2"]


def test_since_is_respected_while_waiting(control: Control) -> None:
    control.create()
    response = waited(control, f"{LONG}&since=default-1", creating(control, "b@b.c"))
    assert [each["id"] for each in response.json()["requests"]] == ["default-2"]


@pytest.mark.parametrize("session", ["new", "*"])
def test_waiting_works_for_a_session_that_does_not_exist_yet(control: Control, session: str) -> None:
    response = waited(control, f"{LONG}&session={session}", creating(control, "a@b.c", "new"))
    assert [each["id"] for each in response.json()["requests"]] == ["new-1"]


def test_requests_of_other_sessions_do_not_end_the_wait(control: Control) -> None:
    async def ask() -> tuple[bool, httpx.Response]:
        response = asking(control, LONG)
        await begun(control)
        await creating(control, "a@b.c", "other")
        has_ended = response.done()
        await creating(control, "a@b.c")
        return has_ended, await asyncio.wait_for(response, GUARD_SECONDS)

    has_ended, response = control.api.run(ask())
    assert not has_ended
    assert [each["id"] for each in response.json()["requests"]] == ["default-1"]


def test_after_the_time_limit_the_requests_so_far_are_returned(control: Control) -> None:
    control.create()
    response = control.get("requests?wait_ms=50&count=2")
    assert (response.status_code, response.json()["meta"]["total"]) == (200, 1)


def test_existing_requests_are_returned_without_waiting(control: Control) -> None:
    control.create()
    response = control.api.run(asyncio.wait_for(control.api._client.get(f"/__admin/requests?{LONG}"), GUARD_SECONDS))
    assert response.json()["meta"]["total"] == 1


def test_a_reset_while_waiting_is_taken_into_account(control: Control) -> None:
    control.create("a@b.c")
    response = waited(
        control,
        f"{LONG}&count=2",
        control.api._client.post("/__admin/reset"),
        creating(control, "a@b.c"),
        creating(control, "b@b.c"),
    )
    assert [each["id"] for each in response.json()["requests"]] == ["default-1", "default-2"]


def test_waiting_clients_do_not_block_others(control: Control) -> None:
    async def together() -> list[httpx.Response]:
        waiting = [asking(control, f"{LONG}&session=s{number}") for number in range(50)]
        await begun(control, len(waiting))
        assert (await control.api._client.get("/__admin/health")).status_code == 200
        for number in range(50):
            await creating(control, "a@b.c", f"s{number}")
        return await asyncio.wait_for(asyncio.gather(*waiting), GUARD_SECONDS)

    responses = control.api.run(together())
    assert [response.json()["meta"]["total"] for response in responses] == [1] * 50


def test_no_listener_is_left_behind(control: Control) -> None:
    listeners = len(control.mock_app.listeners)
    control.get("requests?wait_ms=50")
    waited(control, LONG, creating(control, "a@b.c"))
    assert len(control.mock_app.listeners) == listeners


def test_waiting_ends_when_the_client_disconnects(control: Control) -> None:
    """The channel reports the disconnect like a server."""
    messages = [{"type": "http.request", "body": b""}, {"type": "http.disconnect"}]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/__admin/requests",
        "query_string": LONG.encode(),
        "headers": [(b"host", b"localhost")],
        "server": ("127.0.0.1", 4010),
    }

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(_: Any) -> None:
        return None

    control.api.run(asyncio.wait_for(control.api.app(scope, receive, send), GUARD_SECONDS))
    assert control.mock_app.listeners == []
