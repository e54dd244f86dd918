"""Faults surface as the client library's own exceptions: the same as over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import requests

import crm_mocks
from crm_contracts.pytest_plugin.fixtures.admin_channel import SocketChannel
from crm_contracts.pytest_plugin.fixtures.offline import OfflineSessionMocks
from crm_contracts.pytest_plugin.fixtures.session_mocks import open_session
from crm_mocks.faults import Fault
from tests.offline.conftest import BASE, KEY, PATH
from tests.offline.test_clients import CLIENTS

TIMEOUT = 0.3
"""Timeout of a client in seconds, where the mock does not respond."""


@pytest.fixture(scope="module")
def served() -> Iterator[Any]:
    with crm_mocks.serve(seed=1, port=0) as mocks:
        channel = SocketChannel(mocks.url)
        yield open_session(channel, "faults", [], {"config_api": {}})
        channel.close()


def ending(get: Callable[..., Any], url: str, timeout: float | None) -> object:
    """Return what comes of a request: the kind of exception, or the status."""
    try:
        return get(url, headers=KEY, timeout=timeout).status_code
    except (requests.RequestException, httpx.HTTPError) as error:
        return type(error)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("fault", Fault)
def test_a_fault_ends_as_over_a_socket(mocks: OfflineSessionMocks, served: Any, fault: Fault, client: str) -> None:
    delay = 500_000 if fault is Fault.TIMEOUT else 50 if fault is Fault.SLOW_BODY else None
    timeout = TIMEOUT if fault is Fault.TIMEOUT else 60
    for each in (mocks, served):
        each.config_api.respond(fault=fault.value, delay_ms=delay)
    mocks.config_api.allow(served.url)
    over_socket = ending(CLIENTS[client], served.url + PATH, timeout)
    assert ending(CLIENTS[client], BASE + PATH, timeout) == over_socket
    assert mocks.config_api.requests[-1].raw["fault"] == fault.value


@pytest.mark.parametrize("client", CLIENTS)
def test_a_timeout_that_ends_before_the_client_gives_up_is_a_closed_connection(
    mocks: OfflineSessionMocks, client: str
) -> None:
    mocks.config_api.respond(fault="TIMEOUT", delay_ms=10)
    assert ending(CLIENTS[client], BASE + PATH, 60) in (requests.ConnectionError, httpx.RemoteProtocolError)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_without_a_timeout_is_told_that_it_would_wait_forever(mocks: OfflineSessionMocks, client: str) -> None:
    mocks.config_api.respond(fault="TIMEOUT")
    with pytest.raises((requests.ReadTimeout, httpx.ReadTimeout), match="without a timeout"):
        CLIENTS[client](BASE + PATH, headers=KEY, timeout=None)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_slow_response_is_a_timeout_for_a_client_that_gives_up(mocks: OfflineSessionMocks, client: str) -> None:
    mocks.config_api.respond(delay_ms=600_000)
    assert ending(CLIENTS[client], BASE + PATH, TIMEOUT) in (requests.ReadTimeout, httpx.ReadTimeout)
    mocks.config_api.respond(delay_ms=50)
    assert ending(CLIENTS[client], BASE + PATH, 60) == 200


def test_a_task_that_is_cancelled_leaves_nothing_behind(mocks: OfflineSessionMocks) -> None:
    mocks.config_api.respond(delay_ms=20_000)

    async def ask() -> None:
        async with httpx.AsyncClient() as client:
            await asyncio.wait_for(client.get(BASE + PATH, headers=KEY), 0.05)

    with pytest.raises(TimeoutError):
        asyncio.run(ask())
    assert httpx.get(BASE + PATH, headers=KEY).status_code == 200
