"""The HTTP protocol of a connection: uvicorn's, with a strict parser, time-outs and fault injection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from crm_mocks.asgi.rejected_request import REJECTION, RejectedRequest, http_violation
from crm_mocks.asgi.request_limits import PROBLEM
from crm_mocks.asgi.transport import FAULT_INJECTOR
from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.fault_injection import TransportFaultInjector
from crm_mocks.server.http1 import RequestParser
from crm_mocks.server.malformed_request import MalformedRequest
from crm_mocks.server.rejection import rejected
from crm_mocks.server.response_cycle import ResponseCycle
from crm_mocks.settings.host import HostSettings

_LINGER_SECONDS: Final = 2.0
"""Lingering close: how long a client may keep sending after the last response.

Closing immediately would reset the connection, and the client would lose the response.
"""

_TLS_LINGER_SECONDS: Final = 0.5
"""The same over TLS, which cannot close one side only; a client that waits for the end waits this long."""

_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}

log = logging.getLogger("crm_mocks")


class MockProtocol(HttpToolsProtocol):
    """Serves one connection.

    uvicorn handles connections, tasks and flow control; `ResponseCycle` the response.
    Requests rejected here get a plain response, not one in a vendor's format, since their vendor is unknown.
    """

    def __init__(
        self, *args: Any, limits: HostSettings, on_rejected: Callable[[RejectedRequest], None], **kwargs: Any
    ) -> None:
        """Create the protocol of a connection.

        Args:
            *args: arguments of uvicorn's protocol.
            limits: limits of the connection.
            on_rejected: called with each request that the application does not see.
            **kwargs: arguments of uvicorn's protocol.
        """
        super().__init__(*args, **kwargs)
        self._limits = limits
        self._on_rejected = on_rejected
        self._parser = RequestParser(self, limits)
        self.parser: Any = self._parser
        self._disconnected = asyncio.Event()  # the client has closed its side, or the connection is lost
        self._ended = asyncio.Event()  # the same, or the server stops
        self._final_response: bytes | None = None  # sent after the responses to earlier requests
        self._discarding = False
        self._deadline: float | None = None
        self._stage_began = self.loop.time()
        self._stage = 0

    # --- called by the transport ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Start serving the connection, or close it if there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Parse bytes from the client."""
        parser = self._parser
        if parser.is_stopped:
            return
        try:
            parser.feed_data(data)
        except MalformedRequest as error:
            self._reject(error, error.raw)
            return
        if (parser.in_body or parser.in_head) and parser.stage != self._stage:
            self._stage = parser.stage
            self._stage_began = self.loop.time()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn closes without responding
        """Handle the end of the client's side; return whether the server's side stays open for a response."""
        self._disconnected.set()
        self._ended.set()
        parser = self._parser
        if parser.in_body or parser.in_head:
            self._reject(_ended_early(), parser.beginning)
        parser.stop()
        is_pending = self.cycle is not None and not self.cycle.response_complete and not self.cycle.disconnected
        if is_pending and self._final_response is None:
            self.cycle.keep_alive = False
        return (is_pending or self._final_response is not None) and self.scheme == "http"  # TLS closes both sides

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel waiting for the connection."""
        if self._parser.in_head and not self._ended.is_set():
            self._report(_ended_early(), self._parser.beginning)
        self._disconnected.set()
        self._ended.set()
        self._parser.stop()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close the connection after the current response, because the server stops."""
        self._ended.set()
        waits_for_client = self._discarding or (self._parser.in_body and not self.pipeline)
        super().shutdown()
        if waits_for_client:
            self.transport.abort()

    # --- called by the parser ---

    def on_message_begin(self) -> None:
        """Prepare for the head of a request."""
        self.url = b""
        self.headers = []

    def on_headers_complete(self) -> None:
        """Start processing a request."""
        parser, previous = self._parser, self.cycle
        raw_path, _, query = self.url.partition(b"?")
        path = raw_path.decode("ascii")
        version = parser.get_http_version()
        extensions: dict[str, Any] = {}
        scope: Any = {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "root_path": "",
            "method": parser.get_method().decode("ascii"),
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": query,
            "headers": self.headers,
            "extensions": extensions,
        }
        self.scope = scope
        cycle = self.cycle = ResponseCycle(self, scope, keep_alive=parser.should_keep_alive())
        extensions[FAULT_INJECTOR] = TransportFaultInjector(self, cycle, self._disconnected, self._ended)
        if parser.problem is not None:
            extensions[PROBLEM] = parser.problem
        if parser.in_body or parser.problem is not None:
            cycle.transport = _LingeringTransport(self)  # type: ignore[assignment]  # has the methods that a cycle uses
        if previous is None or previous.response_complete:
            self._start_asgi_task(cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on."""
        cycle: Any = self.cycle  # a `ResponseCycle`
        if not cycle.response_complete:
            cycle.add_body(body)
            if len(cycle.body) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
            cycle.message_event.set()

    def on_problem(self, problem: RequestProblem) -> None:
        """Let the application respond that the rest of the request exceeds a limit."""
        cycle = self.cycle
        self._parser.stop()
        cycle.keep_alive = False
        if cycle.response_complete:
            self.lingering_close()
        elif not cycle.response_started:
            self._set_problem(problem)
            cycle.more_body = False
            cycle.message_event.set()

    def _set_problem(self, problem: RequestProblem) -> None:
        scope: Any = self.cycle.scope
        scope.setdefault("extensions", {})[PROBLEM] = problem

    # --- called by uvicorn ---

    def on_response_complete(self) -> None:
        """Continue with the next request, like uvicorn but without a timer per request."""
        self.server_state.total_requests += 1
        if self.transport.is_closing() or self._discarding:
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        elif self._final_response is not None:
            self._send_final(self._final_response)
        else:
            self._stage_began = self.loop.time()
            self._stage = self._parser.stage

    # --- time-outs ---

    def check_timeouts(self, now: float) -> None:
        """End the connection if a time-out has expired.

        Args:
            now: time of the event loop.
        """
        elapsed = now - self._stage_began
        if self._discarding or self.transport.is_closing() or self.flow.write_paused:
            self._check_sending(now)
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

    def _check_sending(self, now: float) -> None:
        """Abort if the client does not read the response, or keeps sending after the last one."""
        if self._deadline is None:
            self._deadline = now + (_LINGER_SECONDS if self._discarding else self._limits.body_seconds)
        elif now > self._deadline:
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
            scope: Any = self.cycle.scope
            scope.setdefault("extensions", {})[REJECTION] = http_violation(error.location, error.message)
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
        cycle = self.cycle
        cycle.disconnected = True
        cycle.message_event.set()
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
            self._final_response = response
        else:
            self._send_final(response)

    def _send_final(self, response: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(response)
            self.lingering_close()

    def lingering_close(self) -> None:
        """Close the connection so that a client that is still sending can read the response."""
        if self.transport.is_closing() or self._discarding:
            return
        self._parser.stop()
        self._discarding = True
        self.flow.resume_reading()
        if self.scheme == "http" and self.transport.can_write_eof():
            try:
                self.transport.write_eof()
            except OSError:  # the client may have disconnected
                self.transport.abort()
        else:
            self.loop.call_later(_TLS_LINGER_SECONDS, self.transport.close)


class _LingeringTransport:
    """Transport for the cycle of a request whose client may still be sending: `close` is a lingering close."""

    __slots__ = ("_protocol", "write")

    def __init__(self, protocol: MockProtocol) -> None:
        self._protocol = protocol
        self.write = protocol.transport.write

    def is_closing(self) -> bool:
        return self._protocol.transport.is_closing()

    def close(self) -> None:
        self._protocol.lingering_close()


def plain_response(error: MalformedRequest) -> bytes:
    """Return the bytes of a response to a malformed request."""
    text = f"{error.message}\n".encode()
    head = (
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n"
        f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(text)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode("ascii") + text


def _ended_early() -> MalformedRequest:
    return MalformedRequest("the connection ended before the request was complete", is_incomplete=True)
