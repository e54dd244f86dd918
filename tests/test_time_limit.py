"""Time limits of coroutines that do not count what the process is held up."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import uvloop

from crm_mocks.time_limit import time_limit

LOOPS = pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
NewLoop = Callable[[], asyncio.AbstractEventLoop]


@LOOPS
def test_what_came_during_a_hold_up_is_in_time(new_loop: NewLoop) -> None:
    def hold_up(other: socket.socket) -> None:
        time.sleep(1.2)
        other.send(b"x")

    async def receive() -> bytes:
        loop = asyncio.get_running_loop()
        near, far = socket.socketpair()
        with near, far:
            near.setblocking(False)
            async with time_limit(1.0):
                loop.call_soon(hold_up, far)
                return await loop.sock_recv(near, 1)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        assert runner.run(receive()) == b"x"


@LOOPS
def test_what_takes_longer_times_out(new_loop: NewLoop) -> None:
    async def wait() -> None:
        async with time_limit(0.01):
            await asyncio.Event().wait()

    with asyncio.Runner(loop_factory=new_loop) as runner, pytest.raises(TimeoutError):
        runner.run(wait())


@LOOPS
def test_nothing_happens_after_a_block_that_ends_in_time(new_loop: NewLoop) -> None:
    problems: list[dict[str, Any]] = []

    async def wait() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, problem: problems.append(problem))
        async with time_limit(0.05):
            pass
        await asyncio.sleep(0.2)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(wait())
    assert problems == []
