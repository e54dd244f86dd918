"""The lifespan of an ASGI application: it is told when it starts and when it ends, as servers tell it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Final

from crm_mocks.errors import UsageError

_SCOPE: Final = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}}


class Lifespan:
    """An application with its lifespan; one that knows of none is left alone."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._to_it: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_it: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._state: dict[str, Any] = {}
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Have the application answer a request; it finds there what it has kept as its state."""
        await self._application({**scope, "state": dict(self._state)}, receive, send)

    async def start(self) -> None:
        """Start it.

        Raises:
            UsageError: it says that it cannot.
        """
        await self._to_it.put({"type": "lifespan.startup"})
        self._task = asyncio.create_task(self._run())
        message = await self._from_it.get()
        if message["type"] == "lifespan.startup.failed":
            raise UsageError(f"the application did not start: {message.get('message', '') or 'it does not say why'}")

    async def end(self) -> None:
        """End it."""
        if self._task is not None and not self._task.done():
            await self._to_it.put({"type": "lifespan.shutdown"})
            await self._from_it.get()

    async def _run(self) -> None:
        with suppress(Exception):  # by the specification, an application without lifespan raises
            await self._application({**_SCOPE, "state": self._state}, self._to_it.get, self._from_it.put)
        await self._from_it.put({"type": "lifespan.none"})
