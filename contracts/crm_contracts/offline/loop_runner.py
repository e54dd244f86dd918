"""Run coroutines that share state: one thread at a time, in the caller's thread where possible."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from contextvars import Context, copy_context
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Completed(Generic[Result]):
    """A result that is known, with the interface of a future: creating a `Future` takes as long as simple work."""

    def __init__(self, value: Result) -> None:
        self._value = value

    def result(self, _timeout: float | None = None) -> Result:
        """Return the value."""
        return self._value

    def cancel(self) -> bool:
        """Return that it is too late."""
        return False


class LoopRunner:
    """An event loop in a daemon thread, with a shortcut around it.

    Nearly every request completes without awaiting anything, and handing it to another thread would take about as long
    as the response itself. So it runs in the caller's thread. A coroutine that does wait (for a delay, say) continues
    on the loop's thread, which then runs everything until that coroutine is done.

    Attributes:
        loop: the event loop.
    """

    def __init__(self) -> None:
        with unguarded_sockets():
            self.loop = asyncio.new_event_loop()
        self._borrowed_loop: Any = _BorrowedLoop(self.loop)
        self._state_lock = threading.Lock()
        self._active = 0
        self._active_lock = threading.Lock()
        self._thread = threading.Thread(target=self.loop.run_forever, name="crm-mocks-offline", daemon=True)
        self._thread.start()

    def run_on_loop(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Run a coroutine on the loop. Cancelling the future does not stop it."""
        with self._state_lock:
            return self._schedule(work, copy_context())

    def run_inline(self, work: Coroutine[Any, Any, Result]) -> Future[Result] | Completed[Result]:
        """Run a coroutine in this thread up to its first wait, and the rest on the loop.

        It may await only timers and futures of the loop, and may not ask for its current task.
        """
        with self._state_lock:
            context = copy_context()
            if self._active:
                return self._schedule(work, context)
            before = asyncio._get_running_loop()  # noqa: SLF001  # meant for event loop implementations
            asyncio._set_running_loop(self._borrowed_loop)  # noqa: SLF001  # asyncio has no public API for it
            try:
                awaited = context.run(work.send, None)
            except StopIteration as end:
                return Completed(end.value)
            except Exception as error:  # noqa: BLE001  # raised by `Future.result`
                failed: Future[Result] = Future()
                failed.set_exception(error)
                return failed
            else:
                return self._schedule(_resumed(work, awaited), context)
            finally:
                asyncio._set_running_loop(before)  # noqa: SLF001  # asyncio has no public API for it

    def call(self, work: Callable[[], Result]) -> Result:
        """Call a function that waits for nothing, in this thread if possible, and return its result."""
        with self._state_lock:
            if not self._active:
                return work()

        async def called() -> Result:
            return work()

        return self.run_inline(called()).result()

    def _schedule(self, work: Coroutine[Any, Any, Result], context: Context) -> Future[Result]:
        """Schedule a coroutine on the loop; the caller holds the state lock."""
        result: Future[Result] = Future()
        with self._active_lock:
            self._active += 1

        def finished(task: asyncio.Task[Result]) -> None:
            with self._active_lock:
                self._active -= 1
            with suppress(InvalidStateError):  # cancelled by the caller
                if task.cancelled():
                    result.cancel()
                elif (error := task.exception()) is not None:
                    result.set_exception(error)
                else:
                    result.set_result(task.result())

        def start() -> None:
            self.loop.create_task(work, context=context).add_done_callback(finished)

        self.loop.call_soon_threadsafe(start)
        return result

    def close(self) -> None:
        """Stop the loop and its thread, and cancel what still waits."""
        asyncio.run_coroutine_threadsafe(_cancel_others(), self.loop).add_done_callback(
            lambda _: self.loop.call_soon_threadsafe(self.loop.stop)
        )
        self._thread.join(5)
        self.loop.close()


async def _cancel_others() -> None:
    """Cancel all other tasks of the loop, and let them end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def unguarded_sockets() -> Iterator[None]:
    """Lift pytest-socket's block during the `with` block: an event loop wakes itself through a socket pair."""
    guarded = socket.socket
    socket.socket = next(each for each in guarded.__mro__ if each.__module__ == "socket")  # type: ignore[assignment,misc]  # patched
    try:
        yield
    finally:
        socket.socket = guarded  # type: ignore[misc]  # restored


class _BorrowedLoop:
    """The loop as seen by other threads: timers are started by the loop's own thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def call_later(self, delay: float, callback: Any, *arguments: Any) -> _NullTimerHandle:
        self._loop.call_soon_threadsafe(self._loop.call_later, delay, callback, *arguments)
        return _NullTimerHandle()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)


class _NullTimerHandle:
    """A timer handle whose timer need not be cancelled: firing late does no harm."""

    def cancel(self) -> None:
        pass


async def _resumed(work: Coroutine[Any, Any, Result], awaited: Any) -> Result:
    """Continue a coroutine that was started in another thread.

    Args:
        work: the coroutine.
        awaited: the future that it yielded.
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
            except BaseException as error:  # noqa: BLE001  # thrown into the coroutine
                self._awaited = self._step(self._work.throw, error)
            else:
                self._awaited = self._step(self._work.send, sent)
            if isinstance(self._awaited, _Finished):
                return self._awaited.value  # type: ignore[no-any-return]  # of the coroutine

    @staticmethod
    def _step(step: Any, value: Any) -> Any:
        try:
            return step(value)
        except StopIteration as end:
            return _Finished(end.value)


class _Finished:
    def __init__(self, value: Any) -> None:
        self.value = value
