"""The end of the connection of a client that waits for the control API."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from crm_mocks.asgi.transport import FAULT_INJECTOR, FaultInjector, Receive, Scope

_FOREVER_SECONDS: Final = 365 * 86400.0

T = TypeVar("T")


async def until_disconnected(work: Coroutine[Any, Any, T], receive: Receive) -> T | None:
    """Return the result of a coroutine; cancel it and return `None` if the client disconnects before.

    Args:
        work: the coroutine.
        receive: ASGI channel of a request whose body has been received.
    """
    return await _until(work, _disconnected(receive))


async def until_client_closes(work: Coroutine[Any, Any, T], scope: Scope, receive: Receive) -> T | None:
    """Do what `until_disconnected` does, and end also when the client has closed its side of the connection.

    A client that gives up waiting closes its side, which is no disconnection to ASGI: it could still read. So the
    caller responds, only without waiting any longer.

    Args:
        work: the coroutine.
        scope: ASGI scope of the request.
        receive: ASGI channel of a request whose body has been received.
    """
    return await _until(work, client_closes(scope, receive))


async def client_closes(scope: Scope, receive: Receive) -> None:
    """Return when the client has disconnected or closed its side of the connection."""
    injector: FaultInjector | None = scope.get("extensions", {}).get(FAULT_INJECTOR)
    await (_disconnected(receive) if injector is None else injector.delay(_FOREVER_SECONDS))


async def _until(work: Coroutine[Any, Any, T], end: Coroutine[Any, Any, None]) -> T | None:
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(end)
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        task.cancel()
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    """Return when the client has disconnected."""
    message = await receive()
    if message["type"] != "http.disconnect":  # a channel that repeats the request never reports it
        await asyncio.Event().wait()
