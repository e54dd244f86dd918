"""Work and imports beside the event loop."""

from __future__ import annotations

import asyncio
import sys
import threading

import pytest

from crm_mocks.off_loop import LazyValue, off_loop


def test_a_lazy_value_is_loaded_once_in_another_thread_for_all_who_wait() -> None:
    threads: list[int] = []
    begin = threading.Event()

    def load() -> list[int]:
        assert begin.wait(60)
        threads.append(threading.get_ident())
        return threads

    async def use() -> None:
        value = LazyValue(load)
        waiting = [asyncio.ensure_future(value.get()) for _ in range(3)]
        await asyncio.sleep(0)
        assert not value.is_loaded
        begin.set()  # the loop goes on meanwhile
        loaded = await asyncio.gather(*waiting)
        assert value.is_loaded
        assert all(each is threads for each in loaded)
        assert await value.get() is value.now() is threads

    asyncio.run(use())
    assert len(threads) == 1
    assert threads != [threading.get_ident()]


def test_all_who_wait_for_a_lazy_value_share_a_thread_and_none_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[threading.Thread] = []
    begin = threading.Event()

    class Counted(threading.Thread):
        def start(self) -> None:
            started.append(self)
            super().start()

    monkeypatch.setattr(threading, "Thread", Counted)

    async def use() -> None:
        value = LazyValue(lambda: begin.wait(60))
        impatient, *waiting = [asyncio.ensure_future(value.get()) for _ in range(50)]
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
        value = LazyValue(load)
        with pytest.raises(ImportError, match="broken"):
            await value.get()
        assert await value.get() == "loaded"

    asyncio.run(use())


def test_loading_a_lazy_value_does_not_wait_for_a_computation() -> None:
    end = threading.Event()

    async def use() -> None:
        computing = asyncio.ensure_future(off_loop(lambda: end.wait(60)))
        await asyncio.sleep(0)
        assert await LazyValue(lambda: "loaded").get() == "loaded"
        end.set()
        assert await computing

    asyncio.run(use())


def test_threads_take_turns_as_usual_after_work_that_overlapped() -> None:
    usual = sys.getswitchinterval()
    end = threading.Event()

    async def use() -> None:
        first = asyncio.ensure_future(LazyValue(lambda: end.wait(60)).get())
        await asyncio.sleep(0)
        await LazyValue(lambda: None).get()
        assert sys.getswitchinterval() < usual
        end.set()
        await first
        assert sys.getswitchinterval() == usual

    asyncio.run(use())
