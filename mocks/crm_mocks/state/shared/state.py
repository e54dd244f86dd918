"""The state that a process shares with others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

from crm_mocks.errors import StateError, UsageError
from crm_mocks.settings.state import StateSettings
from crm_mocks.state.shared.connection import StateConnection
from crm_mocks.state.shared.sessions import SharedSessions
from crm_mocks.state.shared.stamp import StateKeeper
from crm_mocks.state.shared.url import StateUrl


class SharedState:
    """The connection to a state, its sessions, and whether it can be used.

    Attributes:
        connection: the server.
        name: the same for all processes that share the state, and without its credentials.
        sessions: the sessions; set by `make_sessions`.
    """

    sessions: SharedSessions

    def __init__(
        self,
        url: StateUrl,
        settings: StateSettings,
        options: Mapping[str, Any],
        listeners: Sequence[Any],
    ) -> None:
        """Prepare the state; nothing is connected yet.

        Args:
            url: URL of the server.
            settings: settings of the state.
            options: see `StateKeeper`.
            listeners: see `SharedSessions`.
        """
        self.connection = StateConnection(url, settings)
        self.name = sha256(f"{url} {settings.prefix}".encode()).hexdigest()[:16]
        self._listeners = listeners
        self._keeper = StateKeeper(self.connection, options)
        self._watcher: asyncio.Task[None] | None = None

    def make_sessions(self, **options: Any) -> SharedSessions:
        """Return the sessions; for the options, see `SharedSessions`."""
        self.sessions = SharedSessions(self.connection, listeners=self._listeners, **options)
        return self.sessions

    async def start(self) -> None:
        """Watch the state from now on."""
        if self._watcher is None:
            with suppress(StateError, UsageError):  # the watcher reports it
                await self._keeper.check()
                self._keeper.problem = ""
            self.connection.on_failure = self._keeper.fail
            self.sessions.updates.on_loss = self._keeper.look_soon
            self.sessions.transactions.check = self.check
            self._watcher = asyncio.create_task(self._keeper.watch(self.sessions.note_loss_of_all))

    async def stop(self) -> None:
        """Stop watching, and close the connections."""
        await self.sessions.stop()
        if self._watcher is not None:
            watcher, self._watcher = self._watcher, None
            while not watcher.done():  # `asyncio.wait_for`, which the client uses, may swallow a cancellation
                watcher.cancel()
                await asyncio.wait([watcher], timeout=0.1)
        await self.connection.close()

    @property
    def problem(self) -> str:
        """Why the state cannot be used at the moment; empty if it can."""
        return self._keeper.problem if self._watcher is not None else ""

    def check(self) -> None:
        """Check that the state can be used.

        Raises:
            StateError: it cannot.
        """
        if self.problem:
            raise StateError(self.problem)
