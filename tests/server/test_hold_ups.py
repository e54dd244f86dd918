"""A server that was held up does not take the time for its clients'."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import Any
from unittest.mock import Mock

import pytest

from crm_mocks.server.connection import Connections
from crm_mocks.server.http_server import Server
from crm_mocks.server.protocol import MockProtocol
from crm_mocks.server.tls_handshake import TlsHandshake
from crm_mocks.settings.host import HostSettings

LIMITS = HostSettings()


def transport() -> Mock:
    made = Mock(**{"is_closing.return_value": False})
    made.get_extra_info.return_value = None
    return made


@pytest.mark.parametrize("sent", [b"GET / HT", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"])
def test_a_request_is_not_late_because_of_a_hold_up(sent: bytes) -> None:
    async def rejected_after(*checks: tuple[float, float]) -> bool:
        async def application(*_: Any) -> None:
            await asyncio.Event().wait()

        protocol = MockProtocol(application, Connections(), LIMITS, lambda _: None)
        protocol.connection_made(transport())
        protocol.data_received(sent)
        parser, now = protocol._parser, asyncio.get_running_loop().time()
        for seconds, held_up in checks:
            protocol.check_timeouts(now + seconds, held_up)
        return not (parser.in_head or parser.in_body)

    assert asyncio.run(rejected_after((100, 100), (101, 0))) is False
    assert asyncio.run(rejected_after((100, 100), (131, 0))) is True


def test_a_handshake_is_not_late_because_of_a_hold_up() -> None:
    async def aborted_after(*checks: tuple[float, float]) -> bool:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        handshake = TlsHandshake(context, 10.0, Connections(), asyncio.Protocol, Mock(), 9)
        handshake.connection_made(connected := transport())
        now = asyncio.get_running_loop().time()
        for seconds, held_up in checks:
            handshake.check_timeouts(now + seconds, held_up)
        return bool(connected.abort.called)

    assert asyncio.run(aborted_after((100, 100), (101, 0))) is False
    assert asyncio.run(aborted_after((100, 100), (111, 0))) is True


def test_the_server_notices_that_it_was_held_up() -> None:
    async def held_up() -> float:
        server = Server(Mock(), Mock(), HostSettings(head_seconds=0.5), None)
        noticed: asyncio.Queue[float] = asyncio.Queue()
        server._connections.opened.add(Mock(check_timeouts=lambda _, seconds: noticed.put_nowait(seconds)))
        checks = asyncio.create_task(server._check_timeouts())
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(time.sleep, 1.0)
        longest = await noticed.get()
        checks.cancel()
        return longest

    assert asyncio.run(held_up()) > 0.5
