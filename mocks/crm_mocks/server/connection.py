"""A connection: its transport, its requests in turn, and the tasks that respond to them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from crm_mocks.asgi.transport import Asgi
from crm_mocks.server.body_room import BodyRoom
from crm_mocks.server.descriptors import open_file_limit
from crm_mocks.server.flow_control import HIGH_WATER_LIMIT, FlowControl
from crm_mocks.server.response_cycle import ResponseCycle
from crm_mocks.time_limit import read_first

if TYPE_CHECKING:
    from crm_mocks.server.tls_handshake import TlsHandshake

LINGER_SECONDS: Final = 2.0
"""Lingering close: how long a client may keep sending after the last response.

Closing immediately would reset the connection, and the client would lose the response.
"""

_TLS_LINGER_SECONDS: Final = 0.5
"""The same over TLS, which cannot close one side only; a client that waits for the end waits this long."""


SPARE_DESCRIPTORS: Final = 64
"""Descriptors left for files and threads: without any, the system resets connections, and nothing reports it."""

_LOG_SECONDS: Final = 10.0
_MAX_SEARCHED: Final = 1_000

log = logging.getLogger("crm_mocks")


@dataclass(slots=True)
class Connections:
    """The connections of a server, and the tasks of their requests.

    Attributes:
        opened: all open connections.
        handshakes: connections whose TLS handshake is not complete, oldest first.
        tasks: tasks of requests and handshakes.
        bodies: room for the bodies of their requests.
        listening: returns the number of listening sockets.
        max_descriptors: maximum number of connections and listening sockets.
    """

    opened: set[Connection] = field(default_factory=set)
    handshakes: dict[TlsHandshake, None] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    bodies: BodyRoom = field(default_factory=BodyRoom)
    listening: Callable[[], int] = int
    max_descriptors: int = field(default_factory=lambda: open_file_limit() - SPARE_DESCRIPTORS)
    _logged_at: float = float("-inf")

    @property
    def used_descriptors(self) -> int:
        """Number of connections and listening sockets."""
        return len(self.opened) + len(self.handshakes) + self.listening()

    def make_room(self, limit: int) -> bool:
        """Return whether there is room for the newest connection, perhaps after closing one that is idle.

        The oldest incomplete handshake is closed first.

        Args:
            limit: maximum number of connections.
        """
        count = len(self.opened) + len(self.handshakes)
        if count > limit:
            self._log("new connections are closed: there are %d, which is the limit", limit)
            return self._close_handshake()
        if self.used_descriptors <= self.max_descriptors:
            return True
        self._log("idle or new connections are closed: %d use all descriptors of this process", count)
        if self._close_handshake():
            return True
        idle = next((each for each in islice(self.opened, _MAX_SEARCHED) if each.is_idle), None)
        if idle is None:
            return False
        self.opened.discard(idle)
        idle.transport.close()
        return True

    def _close_handshake(self) -> bool:
        """Close the oldest incomplete handshake if there are several; return whether it was done."""
        if len(self.handshakes) < 2:  # the only one is the newest connection
            return False
        next(iter(self.handshakes)).abort()
        return True

    def _log(self, message: str, number: int) -> None:
        now = time.monotonic()
        if now >= self._logged_at + _LOG_SECONDS:
            self._logged_at = now
            log.warning(message, number)


class Connection(asyncio.Protocol):
    """One connection of a client. Requests are processed one after the other.

    Attributes:
        transport: the transport, from `connection_made` on.
        flow: flow control of the transport.
        server, client: addresses of both ends; the server's port is `None` for a Unix socket.
        scheme: `http` or `https`.
        cycle: the newest request with its response, or `None`.
        responding: the newest request whose response has begun, or `None`.
        pipeline: requests that wait for the responses to earlier ones, newest first.
        is_discarding: the last response is sent, and what the client still sends is ignored.
        max_body_bytes: maximum size of the body of a request.
    """

    transport: asyncio.Transport
    flow: FlowControl

    def __init__(self, application: Asgi, connections: Connections, max_body_bytes: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.server: tuple[str, int | None] | None = None
        self.client: tuple[str, int] | None = None
        self.scheme = "http"
        self.cycle: ResponseCycle | None = None
        self.responding: ResponseCycle | None = None
        self.pipeline: deque[ResponseCycle] = deque()
        self.is_discarding = False
        self.max_body_bytes = max_body_bytes
        self._application = application
        self._connections = connections

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # see AbortingProtocol
        """Take over the connection."""
        self._connections.opened.add(self)
        self.transport = transport
        self.flow = FlowControl(transport)
        local, remote = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        if isinstance(local, tuple):
            self.server = str(local[0]), int(local[1])
        elif local:
            self.server = str(local), None
        if isinstance(remote, tuple):
            self.client = str(remote[0]), int(remote[1])
        if transport.get_extra_info("sslcontext") is not None:
            self.scheme = "https"

    def connection_lost(self, exc: Exception | None) -> None:
        """End the requests in progress: nobody waits for their responses."""
        self._connections.opened.discard(self)
        for cycle in (self.cycle, self.responding, *self.pipeline):
            if cycle is not None:
                if not cycle.response_complete:
                    cycle.disconnected = True
                cycle.wake()
        for cycle in self.pipeline:
            cycle.scope["extensions"] = {}  # as when it has run
        self.pipeline.clear()
        self.cycle = self.responding = None  # they refer to this connection: what they hold is freed now
        self.flow.resume_writing()
        if exc is None:
            self.transport.close()

    @property
    def is_idle(self) -> bool:
        """Whether the connection waits for another request after a response."""
        return self.cycle is not None and self.cycle.response_complete and not self.pipeline

    def shutdown(self) -> None:
        """Close the connection: now if it is idle, otherwise after the current response."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    def pause_writing(self) -> None:
        """Called by the transport when it holds more than the client reads."""
        self.flow.pause_writing()

    def resume_writing(self) -> None:
        """Called by the transport when the client has read enough."""
        self.flow.resume_writing()

    def start_or_queue(self, cycle: ResponseCycle) -> None:
        """Process a request, after the responses to earlier ones."""
        previous, self.cycle = self.cycle, cycle
        if previous is None or previous.response_complete:
            self.start(cycle)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft(cycle)

    def start(self, cycle: ResponseCycle) -> None:
        """Process a request in a task of its own."""
        self.responding = cycle
        run = cycle.run(self._application, self._connections.tasks)
        cycle.task = asyncio.Task(run, loop=self.loop, name="request")
        self._connections.tasks.add(cycle.task)
        if cycle.body_size > HIGH_WATER_LIMIT and cycle.more_body:
            self.take_room(cycle)

    def take_room(self, cycle: ResponseCycle) -> None:
        """Take room for the body of a request that is being processed, or read no more of it until there is some."""
        room = cycle.room = self._connections.bodies
        size = self.max_body_bytes if cycle.chunked_body else cycle.body_size
        if not room.enter(cycle, size, self._read_body):
            self.flow.awaits_room = True
            self.flow.pause_reading()

    def _read_body(self) -> None:
        """Read a body, for which there is room now."""
        self.flow.awaits_room = False
        if not self.transport.is_closing():
            self.read_on()

    def stop_waiting(self) -> None:
        """Wait no longer for room: the rest of the body is ignored."""
        if self.flow.awaits_room and self.responding is not None:
            self.flow.awaits_room = False
            self.responding.release_body()

    def read_on(self) -> None:
        """Read from the client again, unless earlier requests wait, or the application takes the body too slowly."""
        if not self.pipeline and (self.cycle is None or len(self.cycle.body) <= HIGH_WATER_LIMIT):
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        """Called with each complete response."""

    # --- closing ---

    def lingering_close(self) -> None:
        """Close the connection so that a client that is still sending can read the response."""
        if self.transport.is_closing() or self.is_discarding:
            return
        self.stop_parsing()
        self.is_discarding = True
        self.stop_waiting()
        self.flow.resume_reading()
        if self.scheme == "http" and self.transport.can_write_eof():
            try:
                self.transport.write_eof()
            except OSError:  # the client may have disconnected
                self.transport.abort()
        else:
            self.loop.call_later(_TLS_LINGER_SECONDS, read_first, self.loop, self.transport.close)

    def stop_parsing(self) -> None:
        """Called before what the client still sends is ignored."""

    def check_timeouts(self, now: float, held_up: float) -> None:
        """End the connection if a time-out has expired.

        Args:
            now: time of the event loop.
            held_up: seconds since the last check for which this process was held up; they do not count.
        """
