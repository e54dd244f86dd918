"""The HTTP protocol of a connection: parses strictly, enforces time-outs, and rejects what is not HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from crm_mocks.asgi.rejected_request import REJECTION, RejectedRequest, http_violation
from crm_mocks.asgi.request_limits import PROBLEM
from crm_mocks.asgi.transport import DIRECT, FAULT_INJECTOR, Asgi
from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.connection import LINGER_SECONDS, Connection, Connections
from crm_mocks.server.flow_control import HIGH_WATER_LIMIT
from crm_mocks.server.http1 import RequestParser
from crm_mocks.server.malformed_request import MalformedRequest, ended_early
from crm_mocks.server.rejection import plain_response, rejected
from crm_mocks.server.request_head import RequestHead
from crm_mocks.server.request_scope import request_scope
from crm_mocks.server.response_cycle import ResponseCycle
from crm_mocks.settings.host import HostSettings

SLICE_BYTES: Final = 16 * 1024
"""Bytes that are parsed at once: they may be thousands of requests or chunks, which take a few milliseconds."""

MAX_PIPELINE: Final = 100
"""Number of requests of a connection that wait for earlier responses, after which it is not parsed any further."""

log = logging.getLogger("crm_mocks")


class MockProtocol(Connection):
    """Serves one connection.

    Requests rejected here get a plain response, not one in a vendor's format, since their vendor is unknown.

    Attributes:
        disconnected: the client has closed its side, or the connection is lost.
        ended: the same, or the server stops.
    """

    def __init__(
        self,
        application: Asgi,
        connections: Connections,
        limits: HostSettings,
        on_rejected: Callable[[RejectedRequest], None],
    ) -> None:
        """Create the protocol of a connection.

        Args:
            application: ASGI application that responds to requests.
            connections: the connections of the server.
            limits: limits of the connection.
            on_rejected: called with each request that the application does not see.
        """
        super().__init__(application, connections, limits.body_bytes)
        self.disconnected = asyncio.Event()
        self.ended = asyncio.Event()
        self._limits = limits
        self._on_rejected = on_rejected
        self._parser = RequestParser(self, limits)
        self._unparsed = bytearray()
        self._final_response: bytes | None = None  # sent after the responses to earlier requests
        self._deadline: float | None = None
        self._stage_began = self.loop.time()
        self._stage = 0

    # --- called by the transport ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the base has it
        """Start serving the connection, or close it if there are too many."""
        super().connection_made(transport)
        if not self._connections.make_room(self._limits.connections):
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Parse bytes from the client: many in slices, so that other connections are served in between."""
        if self._unparsed or (len(data) > SLICE_BYTES and self._parser.has_many_parts(data)):
            self._unparsed += data
            if not self.flow.is_held:
                self.flow.pause_reading()
                self.flow.is_held = True
                self._parse_slice()
        else:
            self._parse(data)

    def _parse_slice(self) -> None:
        """Parse a slice of what was received, and the next one later."""
        piece = bytes(self._unparsed[:SLICE_BYTES])
        del self._unparsed[:SLICE_BYTES]
        self._parse(piece)
        self._parse_rest_later()

    def _parse_rest_later(self) -> None:
        if self.transport.is_closing() or self.is_discarding:
            self._unparsed.clear()
        if self._unparsed:
            if len(self.pipeline) < MAX_PIPELINE:  # else the next response continues
                self.loop.call_soon(self._parse_slice)
            return
        self.flow.is_held = False
        self.read_on()

    def take_unparsed(self) -> bytes:
        """Return what was received and not parsed, which is up to the caller from now on."""
        unparsed, self._unparsed = bytes(self._unparsed), bytearray()
        return unparsed

    def _parse(self, data: bytes) -> None:
        parser = self._parser
        try:
            parser.feed_data(data)
        except MalformedRequest as error:
            self._reject(error, error.raw)
            return
        if parser.stage != self._stage and parser.is_waiting():
            self._stage = parser.stage
            self._stage_began = self.loop.time()

    def eof_received(self) -> bool:
        """Handle the end of the client's side; return whether the server's side stays open for a response."""
        if self._unparsed:
            self._parse(self.take_unparsed())
        self.disconnected.set()
        self.ended.set()
        parser = self._parser
        if parser.in_body or parser.in_head:
            self._reject(ended_early(), parser.beginning)
        parser.stop()
        cycle = self.cycle
        is_pending = cycle is not None and not cycle.response_complete and not cycle.disconnected
        if cycle is not None and is_pending and self._final_response is None:
            cycle.keep_alive = False
        return (is_pending or self._final_response is not None) and self.scheme == "http"  # TLS closes both sides

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel waiting for the connection."""
        self._unparsed.clear()
        if self._parser.in_head and not self.ended.is_set():
            self._report(ended_early(), self._parser.beginning)
        self.disconnected.set()
        self.ended.set()
        self._parser.release()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close the connection after the current response, because the server stops."""
        self.ended.set()
        waits_for_client = self.is_discarding or (self._parser.in_body and not self.pipeline)
        super().shutdown()
        if waits_for_client:
            self.transport.abort()

    # --- called by the parser ---

    def on_head(self, head: RequestHead) -> None:
        """Start processing a request."""
        scope = request_scope(head, server=self.server, client=self.client, scheme=self.scheme)
        cycle = ResponseCycle(self, scope, head)
        extensions = scope["extensions"]
        extensions[FAULT_INJECTOR] = extensions[DIRECT] = cycle
        cycle.lingers = self._parser.in_body or head.problem is not None
        self.start_or_queue(cycle)

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on."""
        cycle = self.cycle
        if cycle is not None and not (cycle.response_complete or cycle.disconnected):
            cycle.add_body(body)
            if len(cycle.body) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
            if cycle.body_size > HIGH_WATER_LIMIT and cycle.room is None and cycle is self.responding:
                self.take_room(cycle)

    def on_message_complete(self) -> None:
        """End the body."""
        if self.cycle is not None:
            self.cycle.end_body()

    def on_problem(self, problem: RequestProblem) -> None:
        """Let the application respond that the rest of the request exceeds a limit."""
        cycle = self._current
        self._parser.stop()
        cycle.keep_alive = False
        if cycle.response_complete:
            self.lingering_close()
        elif not cycle.response_started:
            cycle.scope["extensions"][PROBLEM] = problem
            cycle.end_body()

    @property
    def _current(self) -> ResponseCycle:
        """The newest request, once there is one."""
        assert self.cycle is not None  # its head has been parsed
        return self.cycle

    # --- called by the response ---

    def on_response_complete(self) -> None:
        """Continue with the next request."""
        if self.transport.is_closing() or self.is_discarding:
            return
        self.stop_waiting()
        self.flow.resume_reading()
        if self.pipeline:
            self.start(self.pipeline.pop())
            if self._unparsed and len(self.pipeline) == MAX_PIPELINE - 1:
                self.loop.call_soon(self._parse_slice)
        elif self._final_response is not None:
            self._send_final(self._final_response)
        else:
            self._stage_began = self.loop.time()
            self._stage = self._parser.stage

    # --- time-outs ---

    def check_timeouts(self, now: float, held_up: float) -> None:
        """See `Connection.check_timeouts`."""
        self._stage_began = min(self._stage_began + held_up, now)
        elapsed = now - self._stage_began
        if self.is_discarding or self.transport.is_closing() or self.flow.write_paused:
            self._check_sending(now, held_up)
            return
        self._deadline = None
        if self.flow.read_paused:
            self._stage_began = now  # the client cannot send while reading is paused
        elif self._parser.in_body:
            if elapsed > self._limits.body_seconds:
                self.on_problem(RequestProblem.TIMEOUT)
        elif self._parser.in_head or self.cycle is None:
            if elapsed > self._limits.head_seconds:
                error = MalformedRequest("the request headers took too long", 408, is_incomplete=True)
                self._reject(error, self._parser.beginning)
        elif self.cycle.response_complete and elapsed > self._limits.idle_seconds:
            self.transport.close()

    def _check_sending(self, now: float, held_up: float) -> None:
        """Abort if the client does not read the response, or keeps sending after the last one."""
        if self._deadline is None:
            self._deadline = now + (LINGER_SECONDS if self.is_discarding else self._limits.body_seconds)
        self._deadline += held_up
        if now > self._deadline:
            self.transport.abort()

    # --- closing ---

    def _reject(self, error: MalformedRequest, raw: bytes) -> None:
        """Reject malformed bytes, after the responses to earlier requests.

        Args:
            error: what is wrong.
            raw: the bytes from the beginning of the request; empty if its body is malformed.
        """
        log.debug("refused: %s", error.reason)
        in_body = self._parser.in_body
        if not in_body:
            self._report(error, raw)
        elif not error.is_incomplete:  # the application journals the request, whose head it has
            self._current.scope["extensions"][REJECTION] = http_violation(error.location, error.message)
        self._parser.stop()
        cycle = self.cycle
        response = plain_response(error)
        if cycle is None or (cycle.response_complete and not in_body):
            self._send_final(response)
        elif not in_body:
            self._final_response = response
        elif cycle.response_started:  # the application did not need the body
            cycle.keep_alive = False
            if cycle.response_complete:
                self.lingering_close()
        else:
            self._respond_instead(response)

    def _report(self, error: MalformedRequest, raw: bytes) -> None:
        """Report a request that the application does not see, unless the client has sent nothing."""
        if raw and self.server is not None:
            self._on_rejected(rejected(self.server[1] or 0, error, raw))

    def _respond_instead(self, response: bytes) -> None:
        """Respond to the newest request, whose body is malformed, instead of the application."""
        cycle = self._current
        cycle.disconnected = True
        cycle.wake()
        if self.pipeline and self.pipeline[0] is cycle:
            self.pipeline.popleft()
            self._final_response = response
        else:
            self._send_final(response)

    def _send_final(self, response: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(response)
            self.lingering_close()

    def stop_parsing(self) -> None:
        """Ignore what the client still sends."""
        self._parser.stop()
