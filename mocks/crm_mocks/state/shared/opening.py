"""Opening a shared state before a server starts, and removing it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import closing, suppress
from threading import Thread
from typing import Any, TypeVar

from crm_mocks.settings.state import StateSettings
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.stamp import StateKeeper
from crm_mocks.state.shared.url import StateUrl

Result = TypeVar("Result")


def claim_state(url: StateUrl, settings: StateSettings, options: Mapping[str, Any], wait_seconds: float) -> None:
    """Wait for the state, and make sure that processes with these options may use it.

    Args:
        url: URL of the server.
        settings: settings of the state.
        options: see `StateKeeper`.
        wait_seconds: how long to wait for the server.

    Raises:
        UsageError: it cannot be used.
    """
    _run(url, settings, lambda connection: StateKeeper(connection, options).wait(wait_seconds))


def purge_state(url: StateUrl, settings: StateSettings) -> int:
    """Remove all sessions and the stamp; return the number of keys.

    Raises:
        StateError: the server cannot be used.
    """
    return _run(url, settings, StateConnection.purge)


def _run(url: StateUrl, settings: StateSettings, use: Callable[[StateConnection], Awaitable[Result]]) -> Result:
    """Use a connection of its own, on an event loop of its own, since the caller may run on one; Ctrl-C ends it."""

    async def connected() -> Result:
        connection = StateConnection(url, settings)
        try:
            return await use(connection)
        finally:
            await connection.close()

    loop = asyncio.new_event_loop()
    task = loop.create_task(connected())
    outcome: Future[Result] = Future()

    def run() -> None:
        with closing(loop):
            try:
                outcome.set_result(loop.run_until_complete(task))
            except BaseException as error:  # noqa: BLE001  # the caller gets it
                outcome.set_exception(error)

    try:
        Thread(target=run, daemon=True).start()  # no exit waits for it
        return outcome.result()
    except BaseException:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(task.cancel)
        raise
