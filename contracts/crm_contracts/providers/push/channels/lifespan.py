"""The lifespan protocol of ASGI applications."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

from crm_mocks.errors import UsageError

_SCOPE: Final = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}}


class Lifespan:
    """An ASGI application with its lifespan events, if it supports them."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._state: dict[str, Any] = {}
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Call the application with its lifespan state."""
        await self._application({**scope, "state": dict(self._state)}, receive, send)

    async def start(self) -> None:
        """Start the application.

        Raises:
            UsageError: its startup failed.
        """
        await self._inbox.put({"type": "lifespan.startup"})
        self._task = asyncio.create_task(self._run())
        message = await self._outbox.get()
        if message["type"] == "lifespan.startup.failed":
            raise UsageError(f"the application did not start: {message.get('message', '') or 'no reason given'}")

    async def stop(self) -> None:
        """Stop the application."""
        if self._task is not None and not self._task.done():
            await self._inbox.put({"type": "lifespan.shutdown"})
            await self._outbox.get()

    async def _run(self) -> None:
        with suppress(Exception):  # by the specification, an application without lifespan support raises
            await self._application({**_SCOPE, "state": self._state}, self._inbox.get, self._outbox.put)
        await self._outbox.put({"type": "lifespan.none"})
