"""Carrying out coroutines that share state: by one thread at a time, and in the caller's where that will do."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Generator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class LoopRunner:
    """An event loop in a daemon thread, and a short cut around it.

    Nearly every request to a mock is answered without waiting for anything. To hand it to another thread would take
    about as long as the answer, so it is carried out in the thread of who asks. What does wait, for a delay say, goes
    on in the loop's thread, and until it is done that thread has all the turns.

    Attributes:
        loop: for coroutines that need one of their own.
    """

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._borrowed: Any = _BorrowedLoop(self.loop)
        self._turn = threading.Lock()
        self._in_loop = 0
        self._count = threading.Lock()
        self._thread = threading.Thread(target=self.loop.run_forever, name="crm-mocks-offline", daemon=True)
        self._thread.start()

    def in_loop(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Carry out a coroutine on the loop. Nobody who gives up on the future stops it."""
        with self._turn:
            return self._handed(work, copy_context())

    def here(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Carry out a coroutine in this thread, as far as that is possible; what remains, on the loop.

        It may wait for nothing but time and what the loop itself brings, and may not ask for its task.
        """
        with self._turn:
            context = copy_context()
            if self._in_loop:
                return self._handed(work, context)
            done: Future[Result] = Future()
            before = asyncio._get_running_loop()  # noqa: SLF001  # made for those who run loops, as here
            asyncio._set_running_loop(self._borrowed)  # noqa: SLF001  # asyncio has no public way
            try:
                awaited = context.run(work.send, None)
            except StopIteration as end:
                done.set_result(end.value)
            except Exception as error:  # noqa: BLE001  # it is raised where the result is asked for
                done.set_exception(error)
            else:
                return self._handed(_resumed(work, awaited), context)
            finally:
                asyncio._set_running_loop(before)  # noqa: SLF001  # asyncio has no public way
            return done

    def _handed(self, work: Coroutine[Any, Any, Result], context: Context) -> Future[Result]:
        """Hand a coroutine to the loop; whoever calls this has the turn."""
        result: Future[Result] = Future()
        with self._count:
            self._in_loop += 1

        def over(task: asyncio.Task[Result]) -> None:
            with self._count:
                self._in_loop -= 1
            with suppress(InvalidStateError):  # nobody waits any more
                error = task.exception()
                if error is None:
                    result.set_result(task.result())
                else:
                    result.set_exception(error)

        def begin() -> None:
            self.loop.create_task(work, context=context).add_done_callback(over)

        self.loop.call_soon_threadsafe(begin)
        return result

    def close(self) -> None:
        """Stop the loop and its thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


class _BorrowedLoop:
    """Stands for the loop in threads other than its own: what is begun there is begun by the loop's own thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def call_later(self, delay: float, callback: Any, *arguments: Any) -> _NoHandle:
        self._loop.call_soon_threadsafe(self._loop.call_later, delay, callback, *arguments)
        return _NoHandle()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)


class _NoHandle:
    """Stands for a timer's handle: a timer that goes off for nobody does no harm."""

    def cancel(self) -> None:
        pass


async def _resumed(work: Coroutine[Any, Any, Result], awaited: Any) -> Result:
    """Go on with a coroutine that was begun elsewhere.

    Args:
        work: the coroutine.
        awaited: what it waits for, as it gave it to whoever began it.
    """
    return await _Continuation(work, awaited)


class _Continuation(Generic[Result]):
    def __init__(self, work: Coroutine[Any, Any, Result], awaited: Any) -> None:
        self._work = work
        self._awaited = awaited

    def __await__(self) -> Generator[Any, Any, Result]:
        while True:
            try:
                sent = yield self._awaited
            except BaseException as error:  # noqa: BLE001  # it is for the coroutine
                self._awaited = self._went_on(self._work.throw, error)
            else:
                self._awaited = self._went_on(self._work.send, sent)
            if isinstance(self._awaited, _Finished):
                return self._awaited.value  # type: ignore[no-any-return]  # of the coroutine

    @staticmethod
    def _went_on(step: Any, value: Any) -> Any:
        try:
            return step(value)
        except StopIteration as end:
            return _Finished(end.value)


class _Finished:
    def __init__(self, value: Any) -> None:
        self.value = value
