"""The protocol of a connection to a worker: a request of another worker's session moves the connection there.

The owner continues the connection with the bytes read so far, as if it had accepted it. So faults, time-outs,
pipelining and keep-alive are those of a server with one worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from crm_mocks.server.http1 import Data, RequestParser
from crm_mocks.server.malformed_request import MalformedRequest
from crm_mocks.server.protocol import MockProtocol
from crm_mocks.server.rejection import rejected
from crm_mocks.server.request_head import RequestHead
from crm_mocks.workers.messages import HandedConnection

if TYPE_CHECKING:
    from crm_mocks.workers.server import WorkerServer

_FLUSH_SECONDS: Final = 0.0005
"""Interval at which the end of sending earlier responses is awaited."""

_MAX_WAITING_BYTES: Final = 65_536
"""Bytes read while a connection waits for its move."""


class WorkerProtocol(MockProtocol):
    """Serves one connection as long as its requests belong to this worker."""

    def __init__(self, server: WorkerServer, handed: HandedConnection | None, *arguments: Any) -> None:
        """Create the protocol of a connection.

        Args:
            server: server of this worker.
            handed: the connection as another worker handed it over, or `None` if this worker accepted it.
            *arguments: arguments of `MockProtocol`.
        """
        super().__init__(*arguments)
        self._parser = _WorkerParser(self, self._limits)
        self._server = server
        self._handed = handed
        self._home = server.link.index if handed is None else handed.home
        self._initial = b"" if handed is None else handed.received
        self._next_worker: int | None = None  # the worker that the connection moves to
        self._is_leaving = False
        self._waiting = bytearray()  # bytes for that worker
        self._flush_deadline: float | None = None

    @property
    def worker(self) -> int:
        """Number of this worker."""
        return self._server.link.index

    # --- called by the transport ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in `MockProtocol`
        """Start serving the connection, with the request for which it was handed over."""
        super().connection_made(transport)
        if self._handed is not None:
            self.scheme, self.server, self.client = self._handed.scheme, self._handed.server, self._handed.client
            self.loop.call_soon(self._feed_initial)

    def data_received(self, data: bytes) -> None:
        """Parse bytes from the client, or keep them for the next worker."""
        self._feed_initial()
        if self._next_worker is None:
            super().data_received(data)
            return
        self._waiting += data
        if len(self._waiting) > _MAX_WAITING_BYTES:
            self.flow.pause_reading()

    def eof_received(self) -> bool:
        """Handle the end of the client's side; the next worker will notice it too."""
        self._feed_initial()
        if self._next_worker is None:
            return super().eof_received()
        self.disconnected.set()
        self.ended.set()
        return self.scheme == "http"

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel waiting for the connection."""
        self._feed_initial()
        self._next_worker = None
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Continue with the next request, possibly in another worker."""
        super().on_response_complete()
        if self._next_worker is not None and not self._is_responding():
            self._move()

    def check_timeouts(self, now: float, held_up: float) -> None:
        """See `Connection.check_timeouts`."""
        if self._flush_deadline is not None:
            self._flush_deadline += held_up
        super().check_timeouts(now, held_up)

    def _feed_initial(self) -> None:
        initial, self._initial = self._initial, b""
        if initial and not self.transport.is_closing():
            super().data_received(initial)

    # --- called by the parser ---

    def owner_of(self, path: str, headers: Iterable[tuple[bytes, bytes]]) -> int:
        """Return the worker that a request belongs to.

        Args:
            path: decoded path.
            headers: headers with lower-case names.
        """
        port = self.server[1] if self.server is not None else None
        return self._server.owner_of(path, headers, port=port, home=self._home)

    def hand_over(self, target: int, received: bytes) -> None:
        """Move the connection to another worker, after the responses to earlier requests.

        Args:
            target: that worker.
            received: bytes from the beginning of its first request.
        """
        self._next_worker = target
        self._is_leaving = True
        self._waiting += received + self.take_unparsed()
        self.flow.pause_reading()
        if not self._is_responding():
            self._move()

    def _parse_rest_later(self) -> None:
        """Parse what was received, unless it has gone to another worker."""
        if not self._is_leaving:
            super()._parse_rest_later()

    def _report(self, error: MalformedRequest, raw: bytes) -> None:
        """Report a request that the application does not see to the worker that it belongs to."""
        if not raw or self.server is None:
            return
        request = rejected(self.server[1] or 0, error, raw)
        self._server.report(request, self.owner_of(request.path, request.headers))

    # --- moving ---

    def _is_responding(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _move(self) -> None:
        """Move the connection as soon as all responses have been sent."""
        if self._next_worker is None or self.transport.is_closing() or self.is_discarding:
            return
        self.flow.pause_reading()
        encrypted = self.transport.get_extra_info("sslcontext") is not None
        if not encrypted and self.transport.get_write_buffer_size():
            now = self.loop.time()
            self._flush_deadline = self._flush_deadline or now + self._limits.body_seconds
            if now > self._flush_deadline:
                self.transport.abort()
            else:
                self.loop.call_later(_FLUSH_SECONDS, self._move)
            return
        target, self._next_worker = self._next_worker, None
        scheme = self.scheme or "http"
        handed = HandedConnection(target, self._home, scheme, self.server, self.client, bytes(self._waiting))
        self._connections.opened.discard(self)
        self._server.move(handed, self.transport)


class _WorkerParser(RequestParser):
    """Stops before a request that belongs to another worker, and hands its bytes over."""

    __slots__ = ("_data", "_position")

    def __init__(self, protocol: WorkerProtocol, limits: Any) -> None:
        super().__init__(protocol, limits)
        self._data: Data = b""
        self._position = 0

    def _read_head(self, data: Data, position: int) -> int:
        self._data, self._position = data, position
        try:
            return super()._read_head(data, position)
        except MalformedRequest as error:
            request = rejected(0, error, bytes(data[position : position + self._limits.header_bytes]))
            if self._hand_over(request.path, request.headers):
                return len(data)
            raise
        finally:
            self._data = b""

    def _begin_message(self, head: RequestHead) -> None:
        if not self._hand_over(head.path, head.headers):
            super()._begin_message(head)

    def _hand_over(self, path: str, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Hand the request over if it belongs to another worker; return whether it does."""
        protocol: WorkerProtocol = self._protocol
        owner = protocol.owner_of(path, headers)
        if owner == protocol.worker:
            return False
        received = bytes(self._data[self._position :])
        self.stop()
        protocol.hand_over(owner, received)
        return True
