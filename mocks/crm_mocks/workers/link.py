"""Calls between workers: each is connected to the first worker, which passes messages on to the others."""

from __future__ import annotations

import asyncio
import itertools
import logging
import pickle
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from crm_mocks.asgi.peers import PeerCall
from crm_mocks.errors import CrmMocksError, UsageError
from crm_mocks.workers.channel import WorkerChannel
from crm_mocks.workers.messages import Call, Cancelled, HandedConnection, Returned, WorkerMessage
from crm_mocks.workers.ownership import FIRST

_NO_RESULT: Final = 0
"""Number of a call whose result is not awaited."""

log = logging.getLogger("crm_mocks")


class WorkerLink:
    """This worker's connection to the others.

    Attributes:
        index: number of this worker, from 0.
        count: number of workers.
        calls: finds functions that other workers can call, by name.
        on_connection: called with a connection that was handed to this worker, and the descriptor of its socket.
        on_lost: called with the number of a worker that is gone.
    """

    def __init__(self, index: int, count: int, channels: Mapping[int, WorkerChannel]) -> None:
        """Set up the link; `open` opens it.

        Args:
            index: number of this worker.
            count: number of workers.
            channels: channels by the worker at their other end.
        """
        self.index = index
        self.count = count
        self.calls: Callable[[str], PeerCall]
        self.on_connection: Callable[[HandedConnection, int], None]
        self.on_lost: Callable[[int], None] = lambda _: None
        self._channels = channels
        self._numbers = itertools.count(_NO_RESULT + 1)
        self._pending: dict[int, asyncio.Future[Any]] = {}
        self._running: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._unawaited: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Begin to receive on the running event loop; set the attributes before."""
        for worker, channel in self._channels.items():
            channel.open(self._on_message, partial(self._lose, worker))

    def close(self) -> None:
        """Close all channels, which ends the workers at their other ends, and cancel the calls."""
        for channel in self._channels.values():
            channel.close()
        for future in self._pending.values():
            future.cancel()
        for task in (*self._running.values(), *self._unawaited):
            task.cancel()

    async def call(self, target: int, name: str, *arguments: Any) -> Any:
        """Call a function in a worker, possibly this one; return its result.

        It never returns if the worker is gone, which ends the server.

        Args:
            target: number of the worker.
            name: name of the function.
            arguments: its arguments.

        Raises:
            CrmMocksError: raised by the function.
        """
        if target == self.index:
            return await self.calls(name)(*arguments)
        number = next(self._numbers)
        future = self._pending[number] = asyncio.get_running_loop().create_future()
        self._send(Call(target, self.index, number, name, arguments))
        try:
            return await future
        except asyncio.CancelledError:
            self._send(Cancelled(target, self.index, number))
            raise
        finally:
            self._pending.pop(number, None)

    async def gather(self, name: str, *arguments: Any) -> list[Any]:
        """Call a function in all workers; return the results in the order of the workers.

        Raises:
            CrmMocksError: raised by one of them.
        """
        return list(await asyncio.gather(*(self.call(worker, name, *arguments) for worker in range(self.count))))

    def notify(self, target: int, name: str, *arguments: Any) -> None:
        """Call a function in another worker without waiting for it."""
        self._send(Call(target, self.index, _NO_RESULT, name, arguments))

    def hand_over(self, connection: HandedConnection, file: int) -> None:
        """Hand a connection over to another worker.

        Args:
            connection: the connection.
            file: descriptor of its socket; closed here.
        """
        self._send(connection, file)

    def _send(self, message: WorkerMessage, file: int | None = None) -> None:
        channel = self._channels.get(message.target, self._channels.get(FIRST))
        assert channel is not None  # each worker has one to the first, and the first one to each
        channel.send(pickle.dumps(message), file)

    def _on_message(self, raw: bytes, file: int | None) -> None:
        message: WorkerMessage = pickle.loads(raw)  # noqa: S301  # from another worker, over a socket without a name
        if isinstance(message, HandedConnection) and file is None:
            log.warning("a connection cannot be moved to its worker: worker %d has no descriptor left", self.index)
        elif message.target != self.index:
            self._send(message, file)
        elif isinstance(message, HandedConnection):
            assert file is not None  # see above
            self.on_connection(message, file)
        elif isinstance(message, Call):
            self._start(message)
        elif isinstance(message, Returned):
            self._finish(message)
        else:
            task = self._running.get((message.source, message.number))
            if task is not None:
                task.cancel()

    def _start(self, call: Call) -> None:
        task = asyncio.get_running_loop().create_task(self._run(call))
        if call.number == _NO_RESULT:
            self._unawaited.add(task)
            task.add_done_callback(self._unawaited.discard)
        else:
            key = (call.source, call.number)
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))

    async def _run(self, call: Call) -> None:
        error: Exception | None = None
        result = None
        try:
            result = await self.calls(call.name)(*call.arguments)
        except UsageError as raised:
            error = UsageError(str(raised))  # without the members of a subclass, which may not be picklable
        except CrmMocksError as raised:
            error = CrmMocksError(str(raised))
        except Exception as raised:
            log.exception("the call '%s' of another worker failed", call.name)
            error = CrmMocksError(f"internal error of worker {self.index}: {raised}")
        if call.number != _NO_RESULT:
            self._send(Returned(call.source, call.number, result, error))

    def _finish(self, returned: Returned) -> None:
        future = self._pending.get(returned.number)
        if future is None or future.done():
            return
        if returned.error is not None:
            future.set_exception(returned.error)
        else:
            future.set_result(returned.result)

    def _lose(self, worker: int) -> None:
        self.on_lost(worker)
