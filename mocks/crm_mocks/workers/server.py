"""The server of one worker."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Coroutine, Iterable
from contextvars import Context
from functools import partial
from typing import Any

from crm_mocks.asgi.rejected_request import RejectedRequest
from crm_mocks.asgi.session_name import is_admin, named_session
from crm_mocks.server.contract_reload import RELOAD, reload_here
from crm_mocks.server.mock_server import MockServer
from crm_mocks.server.prepared_server import PreparedServer
from crm_mocks.server.protocol import MockProtocol
from crm_mocks.server.sockets import Listener
from crm_mocks.workers.control import WorkerControl
from crm_mocks.workers.link import WorkerLink
from crm_mocks.workers.messages import HandedConnection
from crm_mocks.workers.ownership import FIRST, owner_of
from crm_mocks.workers.protocol import WorkerProtocol
from crm_mocks.workers.relay import RelayEnd, relay

log = logging.getLogger("crm_mocks")


class WorkerServer(MockServer):
    """Serves the sessions of one worker.

    The first worker accepts the connections to the server's port, each worker those to the ports of its sessions.

    Attributes:
        link: connection to the other workers.
    """

    def __init__(self, prepared: PreparedServer, link: WorkerLink) -> None:
        super().__init__(prepared)
        self.link = link
        self._control = WorkerControl(prepared.application, link)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._relay_ends: set[RelayEnd] = set()
        self._left_ports: set[int] = set()  # ports of which connections have moved to other workers
        calls = self._mock_app.calls
        calls["rejected"] = self._record_reported
        calls["close connections"] = self._close_moved
        calls[RELOAD] = partial(reload_here, self._mock_app)
        calls["started"] = self._report_started
        link.calls = self._control.find_call
        link.on_connection = self._adopt

    async def start(self) -> None:
        """See `Server.start`."""
        self.link.open()
        self._mock_app.peers = self._control
        await super().start()

    async def stop(self) -> None:
        """See `Server.stop`."""
        await super().stop()
        for end in list(self._relay_ends):
            end.transport.abort()
        await asyncio.sleep(0)

    async def listen(self, listener: Listener) -> None:
        """See `Server.listen`; only the first worker serves the server's port."""
        if listener is not self._listener or self.link.index == FIRST:
            await super().listen(listener)

    def new_protocol(self) -> MockProtocol:
        """See `Server.new_protocol`."""
        return WorkerProtocol(self, None, *self.protocol_arguments)

    def close_port(self, session: str) -> None:
        """See `MockServer.close_port`; connections that have moved to other workers are closed too."""
        listener = self._session_ports.get(session)
        port = listener.port if listener is not None else None
        super().close_port(session)
        if port is not None and port in self._left_ports:
            self._left_ports.discard(port)
            for worker in range(self.link.count):
                if worker != self.link.index:
                    self.link.notify(worker, "close connections", port)

    def owner_of(self, path: str, headers: Iterable[tuple[bytes, bytes]], *, port: int | None, home: int) -> int:
        """Return the worker that a request belongs to.

        Args:
            path: decoded path.
            headers: headers with lower-case names.
            port: port that the client has connected to.
            home: the worker of that port.
        """
        mock_app = self._mock_app
        if home == self.link.index and port in mock_app.late_ports:
            return home
        path = mock_app.server_url.without_base_path({"path": path})["path"]
        if is_admin(path):
            return home
        name, _, _ = named_session(path, headers)
        if name is not None:
            return owner_of(name, self.link.count)
        if home == self.link.index and port is not None and mock_app.sessions.name_at_port(port) is None:
            return FIRST  # the default session's
        return home

    def report(self, request: RejectedRequest, owner: int) -> None:
        """Report a rejected request to the worker that it belongs to."""
        if owner == self.link.index:
            self.on_rejected(request)
        else:
            self.link.notify(owner, "rejected", request)

    async def _report_started(self) -> None:
        """Return: the call itself shows that this worker serves."""

    async def _record_reported(self, request: RejectedRequest) -> None:
        self.on_rejected(request)

    async def _close_moved(self, port: int) -> None:
        self.close_connections(port)

    # --- moving connections ---

    def move(self, connection: HandedConnection, transport: Any) -> None:
        """Hand a connection over to another worker.

        Args:
            connection: the connection.
            transport: its transport, which does not read, and has sent everything; or that of a TLS connection.
        """
        if connection.server is not None and connection.server[1] is not None:
            self._left_ports.add(connection.server[1])
        try:
            if transport.get_extra_info("sslcontext") is None:
                self.link.hand_over(connection, os.dup(transport.get_extra_info("socket").fileno()))
                transport.abort()  # closes this process's descriptor only
                return
            client, owner, near, far = relay(transport, self._relay_ends.discard)
        except OSError as error:
            log.warning("a connection cannot be moved to its worker: %s", error.strerror or error)
            transport.abort()
            return
        self._relay_ends |= {client, owner}
        self.link.hand_over(connection, far.detach())
        self._run_detached(self._connect_relay(transport, owner, near))

    async def _connect_relay(self, transport: Any, owner: RelayEnd, near: socket.socket) -> None:
        await asyncio.get_running_loop().create_connection(lambda: owner, sock=near)
        if transport.is_closing():
            owner.transport.close()
        else:
            transport.resume_reading()

    def _adopt(self, connection: HandedConnection, file: int) -> None:
        """Continue a connection that another worker has handed over."""
        adopted = socket.socket(fileno=file)
        adopted.setblocking(False)  # noqa: FBT003  # positional-only parameter
        if self._stopping:
            adopted.close()
            return
        protocol = WorkerProtocol(self, connection, *self.protocol_arguments)
        loop = asyncio.get_running_loop()
        self._run_detached(loop.connect_accepted_socket(lambda: protocol, adopted))

    def _run_detached(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run a coroutine in a context of its own, like `Server.listen`."""
        task = Context().run(asyncio.get_running_loop().create_task, coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
