"""Serving a `MockApp` on its port, and sessions on dedicated ports."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from contextvars import Context
from typing import Final

from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.server.http_server import Server
from crm_mocks.server.prepared_server import PreparedServer
from crm_mocks.server.sockets import Listener, open_socket

REST_SECONDS: Final = 10.0
"""How long the port of a closed session rests before it is really closed."""

_MAX_RESTING: Final = 500
"""Maximum number of resting ports; the oldest are closed earlier."""


class MockServer(Server):
    """Serves a `MockApp`."""

    def __init__(self, prepared: PreparedServer) -> None:
        tls = prepared.tls.context if prepared.tls else None
        self._mock_app = prepared.application.mock_app
        super().__init__(prepared.application.handle, prepared.listener, self._mock_app.limits, tls)
        self._record_rejected = prepared.application.record_rejected
        self._session_ports: dict[str, Listener] = {}
        self._opening: dict[str, asyncio.Task[Listener]] = {}
        self._resting: dict[int, Listener] = {}
        self._spare: Listener | None = None  # the port of the next session
        self._opening_spare: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """See `Server.start`."""
        if self._mock_app.shared is not None:  # a port would belong to this process only
            await self._mock_app.shared.start()
            await super().start()
            return
        await super().start()
        self._mock_app.open_port = self.open_port
        self._mock_app.close_port = self.close_port
        self._mock_app.sessions.when_idle = asyncio.get_running_loop().call_soon

    async def stop(self) -> None:
        """See `Server.stop`."""
        self._mock_app.open_port = self._mock_app.close_port = None
        self._mock_app.sessions.when_idle = lambda work: work()
        for stop in self._mock_app.on_stop:
            stop()
        opening = [*self._opening.values(), *filter(None, (self._opening_spare,))]
        await asyncio.gather(*opening, return_exceptions=True)
        await super().stop()
        if self._mock_app.shared is not None:
            await self._mock_app.shared.stop()
        for end in self._mock_app.on_stopped:
            end()

    def on_rejected(self, request: RejectedRequest) -> None:
        """Journal a request that never reached the application."""
        self._record_rejected(request)

    async def open_port(self, session: str) -> int:
        """Open a dedicated port for a session, unless it has one; return it.

        Requests that open or close the session meanwhile find it open.

        Raises:
            OSError: no port is available.
        """
        listener = self._session_ports.get(session)
        if listener is None and self._spare is not None and session not in self._opening:
            listener, self._spare = self._spare, None
            self._session_ports[session] = listener
            self._open_spare_soon()
        if listener is None:
            opening = self._opening.get(session)
            if opening is None:
                task = asyncio.get_running_loop().create_task(self._open_port_of(session), context=Context())
                opening = self._opening[session] = task
            listener = await asyncio.shield(opening)
        return listener.port

    async def _open_port_of(self, session: str) -> Listener:
        try:
            listener = self._session_ports[session] = await self._open_listener()
        finally:
            del self._opening[session]
        self._open_spare_soon()
        return listener

    def _open_spare_soon(self) -> None:
        """Open the port of the next session when the current response has left."""
        asyncio.get_running_loop().call_soon(self._begin_spare)

    def _begin_spare(self) -> None:
        if self._spare is None and self._opening_spare is None and self._mock_app.open_port is not None:
            self._opening_spare = asyncio.get_running_loop().create_task(self._open_spare(), context=Context())

    async def _open_spare(self) -> None:
        try:
            with suppress(OSError):
                self._spare = await self._open_listener()
        finally:
            self._opening_spare = None

    async def _open_listener(self) -> Listener:
        self.check_descriptors()
        listener = open_socket(self._listener.host, 0)
        try:
            await self.listen(listener)
        except BaseException:
            listener.close()
            raise
        return listener

    def close_port(self, session: str) -> None:
        """Close the dedicated port of a session, if any: idle connections now, others after their response.

        The port rests before the operating system may give it to another session: a client of a finished test that
        still sends requests must not disturb the next test. They are journalled in the closed session, and get no
        response.
        """
        listener = self._session_ports.pop(session, None)
        if listener is None:
            return
        port = listener.port
        self.close_connections(port)
        self._resting[port] = listener
        self._mock_app.late_ports[port] = session
        asyncio.get_running_loop().call_later(REST_SECONDS, self._end_rest, port)
        if len(self._resting) > _MAX_RESTING:
            self._end_rest(next(iter(self._resting)))

    def _end_rest(self, port: int) -> None:
        listener = self._resting.pop(port, None)
        if listener is not None:
            self._mock_app.late_ports.pop(port, None)
            self.stop_listening(listener, port)
