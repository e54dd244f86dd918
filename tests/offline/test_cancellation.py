"""Requests that a client gives up: nothing is left behind, and nothing is warned about."""

from __future__ import annotations

import asyncio
import gc
import logging

import anyio
import httpx
import pytest

from crm_contracts.pytest_plugin.fixtures.offline import OfflineServer, OfflineSessionMocks
from crm_contracts.pytest_plugin.options import PluginOptions
from tests.offline.conftest import BASE, KEY, PATH

URL = BASE + PATH
UNANSWERED = [
    {"fault": "TIMEOUT", "delay_ms": 600_000},
    {"delay_ms": 600_000},
    {"fault": "SLOW_BODY", "delay_ms": 600_000},
]
"""Responses that no test waits for: one that did would hang."""


@pytest.fixture(autouse=True)
def _nothing_is_logged(caplog: pytest.LogCaptureFixture) -> object:
    with caplog.at_level(logging.WARNING, "asyncio"):
        yield
        gc.collect()
    assert [record for record in caplog.records if record.name == "asyncio"] == []


@pytest.mark.parametrize("response", UNANSWERED)
def test_wait_for_ends_at_its_own_timeout(mocks: OfflineSessionMocks, response: dict[str, object]) -> None:
    mocks.config_api.respond(**response)

    async def ask() -> None:
        async with httpx.AsyncClient(timeout=None) as client:
            await asyncio.wait_for(client.get(URL, headers=KEY), 0.1)

    with pytest.raises(TimeoutError):
        asyncio.run(ask())


def test_a_task_group_cancels_its_requests(mocks: OfflineSessionMocks) -> None:
    mocks.config_api.respond(delay_ms=60_000, times=3)

    async def ask_three(client: httpx.AsyncClient) -> None:
        async with asyncio.timeout(0.1), asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(client.get(URL, headers=KEY))

    async def ask() -> int:
        async with httpx.AsyncClient(timeout=None) as client:
            with pytest.raises(TimeoutError):
                await ask_three(client)
            return (await client.get(URL, headers=KEY)).status_code

    assert asyncio.run(ask()) == 200


def test_anyio_cancels_a_request(mocks: OfflineSessionMocks) -> None:
    mocks.config_api.respond(delay_ms=60_000)

    async def ask() -> int:
        async with httpx.AsyncClient(timeout=None) as client:
            with anyio.move_on_after(0.1) as scope:
                await client.get(URL, headers=KEY)
            assert scope.cancelled_caught
            return (await client.get(URL, headers=KEY)).status_code

    assert anyio.run(ask) == 200


def test_a_request_that_is_given_up_is_journalled_at_once(mocks: OfflineSessionMocks) -> None:
    mocks.config_api.respond(delay_ms=60_000)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(URL, headers=KEY, timeout=0.05)
    assert len(mocks.config_api.wait_for(1, timeout=60)) == 1


def test_mocks_that_close_cancel_what_is_in_progress() -> None:
    offline = OfflineServer(PluginOptions(seed=1))
    cancelled = []

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    offline.bridge._loop_runner.run_inline(wait())
    offline.close()
    assert cancelled == [True]
