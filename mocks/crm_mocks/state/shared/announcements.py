"""Announcements of new exchanges, which wake requests that wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from crm_mocks.state.shared.connection import StateConnection

_POLL_SECONDS: Final = 0.1
"""Pause where nothing is announced, because the client library cannot subscribe or the subscription has failed."""


def channel(connection: StateConnection, session: str) -> str:
    """Return the channel on which new exchanges of a session are announced."""
    return connection.key(f"wake:{session}")


@asynccontextmanager
async def listening(
    connection: StateConnection, session: str | None
) -> AsyncIterator[Callable[[float], Awaitable[bool]]]:
    """Subscribe to new exchanges of a session, or of all.

    Args:
        connection: the server.
        session: name of the session; `None` for all.

    Yields:
        A function that waits until there is one, or for that many seconds, and returns whether there may be one.
    """
    subscribe = getattr(connection.client, "pubsub", None)  # a cluster's client may have none
    subscription = subscribe() if subscribe is not None else None

    async def wait(seconds: float) -> bool:
        if subscription is None:
            await asyncio.sleep(min(seconds, _POLL_SECONDS))
            return True
        try:
            message = await subscription.get_message(ignore_subscribe_messages=True, timeout=seconds)
        except Exception:  # noqa: BLE001  # the journal is asked again, and reports what is wrong
            await asyncio.sleep(min(seconds, _POLL_SECONDS))
            return True
        return message is not None

    try:
        if subscription is not None and session is None:
            await connection.guarded(lambda _: subscription.psubscribe(channel(connection, "*")))
        elif subscription is not None:
            await connection.guarded(lambda _: subscription.subscribe(channel(connection, session or "")))
        yield wait
    finally:
        if subscription is not None:
            await subscription.aclose()
