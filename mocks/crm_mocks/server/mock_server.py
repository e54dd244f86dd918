"""Serving a suite: on its port, and sessions on ports of their own."""

from __future__ import annotations

from crm_mocks.server.http_server import Server
from crm_mocks.server.options import PreparedServer
from crm_mocks.server.sockets import Listener, open_socket


class MockServer(Server):
    """Serves a suite."""

    def __init__(self, prepared: PreparedServer) -> None:
        tls = prepared.tls.context if prepared.tls else None
        self._mock_app = prepared.application.mock_app
        super().__init__(prepared.application, prepared.listener, self._mock_app.limits, tls)
        self._session_ports: dict[str, Listener] = {}

    async def start(self) -> None:
        """Begin to answer; see `Server.start`."""
        await super().start()
        self._mock_app.open_port = self.open_port
        self._mock_app.close_port = self.close_port

    async def stop(self) -> None:
        """Stop; see `Server.stop`."""
        self._mock_app.open_port = self._mock_app.close_port = None
        await super().stop()

    async def open_port(self, session: str) -> str:
        """Give a session a port of its own; return its URL. A session that has one keeps it.

        Raises:
            UsageError: the name cannot be a session's.
            OSError: the operating system gives no port.
        """
        listener = self._session_ports.get(session)
        if listener is None:
            self._mock_app.sessions.get(session)  # refuses a wrong name before a port is spent on it
            listener = self._session_ports[session] = open_socket(self._listener.host, 0)
            self._mock_app.sessions.bind_port(session, listener.port)
            await self.listen(listener)
        return listener.url(secure=self._tls is not None)

    def close_port(self, session: str) -> None:
        """Close the port of a session, if it has one: idle connections end now, others after their answer."""
        listener = self._session_ports.pop(session, None)
        if listener is not None:
            self.leave(listener.port)
