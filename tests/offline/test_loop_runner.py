"""Coroutines carried out in the caller's thread, and on the loop where they wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from crm_contracts.offline.loop_runner import LoopRunner

NAME: ContextVar[str] = ContextVar("NAME", default="")


@pytest.fixture
def runner() -> Iterator[LoopRunner]:
    made = LoopRunner()
    yield made
    made.close()


def here() -> str:
    return threading.current_thread().name


def test_what_waits_for_nothing_stays_in_the_callers_thread(runner: LoopRunner) -> None:
    async def work() -> str:
        return here()

    assert runner.run_inline(work()).result() == here()
    assert runner.run_on_loop(work()).result() == "crm-mocks-offline"


def test_what_waits_goes_on_in_the_loops_thread_in_its_own_context(runner: LoopRunner) -> None:
    async def work() -> tuple[str, str, str]:
        first = here()
        token = NAME.set("mine")
        await asyncio.sleep(0.01)
        await asyncio.sleep(0)
        name = NAME.get()
        NAME.reset(token)
        return first, here(), name

    assert runner.run_inline(work()).result(60) == (here(), "crm-mocks-offline", "mine")
    assert NAME.get() == ""


def test_while_something_waits_all_turns_are_the_loops(runner: LoopRunner) -> None:
    ends = threading.Event()

    async def work() -> str:
        while not ends.is_set():  # noqa: ASYNC110  # an event of threads
            await asyncio.sleep(0.01)
        return here()

    async def quick() -> str:
        return here()

    slow = runner.run_inline(work())
    assert runner.run_inline(quick()).result(60) == "crm-mocks-offline"
    ends.set()
    slow.result(60)
    deadline = time.monotonic() + 60
    while runner.run_inline(quick()).result(60) != here():
        assert time.monotonic() < deadline


@pytest.mark.parametrize("seconds", [None, 0, 0.01])
def test_an_exception_is_raised_where_the_result_is_asked_for(runner: LoopRunner, seconds: float | None) -> None:
    async def work() -> None:
        if seconds is not None:
            await asyncio.sleep(seconds)
        raise LookupError("lost")

    future = runner.run_inline(work())
    with pytest.raises(LookupError, match="lost"):
        future.result(60)


def test_an_exception_in_what_is_waited_for_reaches_the_coroutine(runner: LoopRunner) -> None:
    async def work() -> str:
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.01, future.set_exception, LookupError("lost"))
        try:
            await future
        except LookupError:
            await asyncio.sleep(0)
            return "caught"
        return "not raised"

    assert runner.run_inline(work()).result(60) == "caught"


def test_a_running_loop_is_the_same_afterwards(runner: LoopRunner) -> None:
    async def work() -> int:
        await asyncio.sleep(0.01)
        return 1

    async def main() -> int:
        loop = asyncio.get_running_loop()
        future = runner.run_inline(work())
        assert asyncio.get_running_loop() is loop
        return await asyncio.wrap_future(future)

    assert asyncio.run(main()) == 1


def test_who_gives_up_stops_nothing(runner: LoopRunner) -> None:
    done = threading.Event()

    async def work() -> None:
        await asyncio.sleep(0.05)
        done.set()

    assert runner.run_inline(work()).cancel()
    assert done.wait(60)
