"""Work and imports beside the event loop."""

from __future__ import annotations

import asyncio
import sys
import threading

import pytest

from crm_mocks.off_loop import FirstUse, off_loop


def test_a_first_use_loads_once_in_another_thread_for_all_who_wait() -> None:
    threads: list[int] = []
    begin = threading.Event()

    def load() -> list[int]:
        assert begin.wait(20)
        threads.append(threading.get_ident())
        return threads

    async def use() -> None:
        first = FirstUse(load)
        waiting = [asyncio.ensure_future(first.get()) for _ in range(3)]
        await asyncio.sleep(0)
        assert not first.is_over
        begin.set()  # the loop goes on meanwhile
        loaded = await asyncio.gather(*waiting)
        assert first.is_over
        assert all(each is threads for each in loaded)
        assert await first.get() is first.now() is threads

    asyncio.run(use())
    assert len(threads) == 1
    assert threads != [threading.get_ident()]


def test_all_who_wait_for_a_first_use_share_a_thread_and_none_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[threading.Thread] = []
    begin = threading.Event()

    class Counted(threading.Thread):
        def start(self) -> None:
            started.append(self)
            super().start()

    monkeypatch.setattr(threading, "Thread", Counted)

    async def use() -> None:
        first = FirstUse(lambda: begin.wait(60))
        impatient, *waiting = [asyncio.ensure_future(first.get()) for _ in range(50)]
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.sleep(0)
        begin.set()
        assert all(await asyncio.gather(*waiting))

    asyncio.run(use())
    assert len(started) == 1


def test_what_could_not_be_loaded_is_tried_again() -> None:
    outcomes = iter([ImportError("broken"), None])

    def load() -> str:
        error = next(outcomes)
        if error is not None:
            raise error
        return "loaded"

    async def use() -> None:
        first = FirstUse(load)
        with pytest.raises(ImportError, match="broken"):
            await first.get()
        assert await first.get() == "loaded"

    asyncio.run(use())


def test_a_first_use_does_not_wait_for_a_computation() -> None:
    end = threading.Event()

    async def use() -> None:
        computing = asyncio.ensure_future(off_loop(lambda: end.wait(20)))
        await asyncio.sleep(0)
        assert await FirstUse(lambda: "loaded").get() == "loaded"
        end.set()
        assert await computing

    asyncio.run(use())


def test_threads_take_turns_as_usual_after_work_that_overlapped() -> None:
    usual = sys.getswitchinterval()
    end = threading.Event()

    async def use() -> None:
        first = asyncio.ensure_future(FirstUse(lambda: end.wait(20)).get())
        await asyncio.sleep(0)
        await FirstUse(lambda: None).get()
        assert sys.getswitchinterval() < usual
        end.set()
        await first
        assert sys.getswitchinterval() == usual

    asyncio.run(use())
