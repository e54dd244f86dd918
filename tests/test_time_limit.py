"""Time limits that do not count what the process is held up."""

from __future__ import annotations

import asyncio
import itertools
import socket
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import uvloop

from crm_mocks import time_limit as module
from crm_mocks.time_limit import WAIT_SECONDS, Countdown, time_limit

LOOPS = pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
NewLoop = Callable[[], asyncio.AbstractEventLoop]


def moments(monkeypatch: pytest.MonkeyPatch, *seconds: float) -> None:
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=itertools.chain(seconds).__next__))


def test_time_that_is_waited_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    moments(monkeypatch, 100.0, 100.5, 100.75)
    countdown = Countdown(1.0)
    assert [countdown.left(), countdown.left()] == [0.5, 0.25]


def test_a_hold_up_counts_as_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    moments(monkeypatch, 100.0, 5_000.0)
    assert Countdown(10.0).left() == 10.0 - WAIT_SECONDS


def test_after_a_hold_up_there_is_time_to_read_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    moments(monkeypatch, 100.0, 5_000.0, 5_000.5)
    countdown = Countdown(0.1)
    assert countdown.left() > 0
    assert countdown.left() < 0


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
def test_nothing_is_left_of_a_block_that_ends_in_time(new_loop: NewLoop) -> None:
    async def wait() -> int:
        async with time_limit(0.05):
            pass
        await asyncio.sleep(0.2)
        return 1

    with asyncio.Runner(loop_factory=new_loop) as runner:
        assert runner.run(wait()) == 1
