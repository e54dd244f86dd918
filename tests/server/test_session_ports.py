"""Ports of sessions that are opened and closed at the same time, and without descriptors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

import crm_mocks
from crm_mocks.options import ServeOptions
from crm_mocks.server import mock_server
from crm_mocks.server.prepared_server import prepare
from tests.server.serving import any_vendor

VENDOR = any_vendor()


def served(use: Callable[[mock_server.MockServer, Any], Any]) -> Any:
    """Call a coroutine function with a server and its mocks; check that the server leaves no socket."""
    prepared = prepare(ServeOptions((VENDOR,), port=0))

    async def main() -> Any:
        server = mock_server.MockServer(prepared)
        await server.start()
        try:
            return await use(server, prepared.application.mock_app)
        finally:
            await server.stop()

    try:
        return asyncio.run(main())
    finally:
        prepared.close()


def test_opening_and_closing_a_session_at_the_same_time_leaves_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mock_server, "_MAX_RESTING", 2)
    opened: list[Any] = []
    open_socket = mock_server.open_socket

    def noted(*arguments: Any) -> Any:
        opened.append(open_socket(*arguments))
        return opened[-1]

    monkeypatch.setattr(mock_server, "open_socket", noted)

    async def use(server: mock_server.MockServer, mock_app: Any) -> list[Any]:
        async def close(name: str) -> None:
            mock_app.close_session(name)

        calls = []
        for _ in range(20):
            for number in range(10):
                calls += [mock_app.session_url(f"s{number}", "http://x:1"), close(f"s{number}")]
        return await asyncio.gather(*calls, return_exceptions=True)

    results = served(use)
    assert [each for each in results if isinstance(each, BaseException)] == []
    assert len(opened) >= 10
    assert [each for each in opened if each.is_open] == []


def test_requests_for_the_same_session_get_the_same_port() -> None:
    async def use(server: mock_server.MockServer, mock_app: Any) -> set[str]:
        return set(await asyncio.gather(*(mock_app.session_url("one", "http://x:1") for _ in range(10))))

    assert len(served(use)) == 1


def test_a_port_that_cannot_be_served_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def use(server: mock_server.MockServer, mock_app: Any) -> int | None:
        async def fail(_: object) -> None:
            raise OSError(24, "Too many open files")

        with monkeypatch.context() as failing:
            failing.setattr(server, "listen", fail)
            with pytest.raises(OSError, match="Too many"):
                await mock_app.session_url("one", "http://x:1")
        assert mock_app.sessions.get("one").port is None
        return await server.open_port("one")

    assert served(use)


@pytest.fixture
def few_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_mocks.server.connection.open_file_limit", lambda: 64 + 5)


@pytest.mark.usefixtures("few_descriptors")
def test_idle_connections_make_room_when_descriptors_run_out(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_mocks.server.connection._LOG_SECONDS", 3600.0)  # however slow the machine is
    caplog.set_level(logging.WARNING)
    with crm_mocks.serve((VENDOR,), port=0) as mocks, ExitStack() as stack:
        for _ in range(20):
            client = stack.enter_context(httpx.Client(base_url=mocks.url))
            assert client.get("/__admin/health").status_code == 200
    assert sum("descriptors" in record.getMessage() for record in caplog.records) == 1


@pytest.mark.usefixtures("few_descriptors")
def test_a_session_without_a_descriptor_for_its_port_is_a_409_and_can_be_closed() -> None:
    with crm_mocks.serve((VENDOR,), port=0) as mocks, httpx.Client(base_url=mocks.url) as client:
        statuses = [client.post("/__admin/sessions", json={"session": f"s{number}"}).status_code for number in range(6)]
        assert statuses[0] == 201
        assert statuses[-1] == 409
        assert client.delete("/__admin/sessions?session=s0").status_code == 200


def test_the_default_session_has_a_place_beside_the_others() -> None:
    with crm_mocks.serve((VENDOR,), port=0, settings={"host.sessions": 1}) as mocks:
        assert httpx.get(f"{mocks.url}/~one/nothing").status_code == 404
        assert httpx.get(f"{mocks.url}/~two/nothing").status_code == 400
        assert httpx.get(f"{mocks.url}/nothing").status_code == 404
