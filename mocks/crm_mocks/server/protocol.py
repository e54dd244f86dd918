"""The HTTP protocol of a connection: uvicorn's, with a strict parser, limits of time, and faults on purpose."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from crm_mocks.asgi.request_limits import PROBLEM
from crm_mocks.request_problem import RequestProblem
from crm_mocks.server.fault_injection import offer_fault_injector
from crm_mocks.server.http1 import RequestParser
from crm_mocks.server.request_head import MalformedRequest
from crm_mocks.settings.host import HostSettings

_LINGER_SECONDS: Final = 2.0
"""How long a client may go on sending after the last answer: closed at once, it would lose that answer to a reset."""

_TLS_LINGER_SECONDS: Final = 0.5
"""The same over TLS, which cannot end one side only: a client that waits for the end has to wait as long."""

log = logging.getLogger("crm_mocks")


class MockProtocol(HttpToolsProtocol):
    """Serves one connection.

    uvicorn's part is everything from the headers' end to the answer: ASGI, flow control, keep-alive, pipelining. What
    is refused here is answered without any vendor's shape, since no request has become known.
    """

    def __init__(self, *args: Any, limits: HostSettings, **kwargs: Any) -> None:
        """Begin to serve a connection.

        Args:
            *args: uvicorn's.
            limits: what the connection has to keep.
            **kwargs: uvicorn's.
        """
        super().__init__(*args, **kwargs)
        self._limits = limits
        self._parser = RequestParser(self, limits)
        self.parser: Any = self._parser
        self._gone = asyncio.Event()  # the client has ended its side, or the connection is lost
        self._over = asyncio.Event()  # that, or the server stops
        self._last: bytes | None = None  # to be said when the answers before it have been given
        self._discarding = False
        self._deadline: float | None = None
        self._since = self.loop.time()
        self._stage = 0

    # --- the transport's calls ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to serve a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self._limits.connections:
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client."""
        parser = self._parser
        if parser.is_over:
            return
        try:
            parser.feed_data(data)
        except MalformedRequest as error:
            self._refuse(error)
            return
        if (parser.in_body or parser.in_head) and parser.stage != self._stage:
            self._stage = parser.stage
            self._since = self.loop.time()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn closes, and keeps answers to itself
        """Take note that the client sends no more; return whether it still gets answers."""
        self._gone.set()
        self._over.set()
        parser = self._parser
        if parser.in_body or parser.in_head:
            self._refuse(MalformedRequest("the connection's end came before that of the request"))
        parser.stop()
        is_pending = self.cycle is not None and not self.cycle.response_complete and not self.cycle.disconnected
        if is_pending and self._last is None:
            self.cycle.keep_alive = False
        return (is_pending or self._last is not None) and self.scheme == "http"  # TLS ends for both at once

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is still being done for the connection."""
        self._gone.set()
        self._over.set()
        self._parser.stop()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End the connection once its answer has been given, since the server stops."""
        self._over.set()
        waits_for_client = self._discarding or (self._parser.in_body and not self.pipeline)
        super().shutdown()
        if waits_for_client:
            self.transport.abort()

    # --- the parser's calls ---

    def on_headers_complete(self) -> None:
        """Begin to answer a request."""
        super().on_headers_complete()
        offer_fault_injector(self, self._gone, self._over)
        parser = self._parser
        if parser.problem is not None:
            self._tell(parser.problem)
        if parser.in_body or parser.problem is not None:
            self.cycle.transport = _Lingering(self)  # type: ignore[assignment]  # it has what a cycle uses

    def on_problem(self, problem: RequestProblem) -> None:
        """Have the host answer that the rest of the request breaks a limit."""
        cycle = self.cycle
        self._parser.stop()
        cycle.keep_alive = False
        if cycle.response_complete:
            self.linger()
        elif not cycle.response_started:
            self._tell(problem)
            cycle.more_body = False
            cycle.message_event.set()

    def _tell(self, problem: RequestProblem) -> None:
        scope: Any = self.cycle.scope
        scope.setdefault("extensions", {})[PROBLEM] = problem

    # --- uvicorn's calls ---

    def on_response_complete(self) -> None:
        """Go on to the next request, as uvicorn does, but without a timer for each."""
        self.server_state.total_requests += 1
        if self.transport.is_closing() or self._discarding:
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
        elif self._last is not None:
            self._say_last(self._last)
        else:
            self._since = self.loop.time()
            self._stage = self._parser.stage

    # --- limits of time ---

    def sweep(self, now: float) -> None:
        """Look whether anything takes too long.

        Args:
            now: by the event loop's clock.
        """
        waited = now - self._since
        if self._discarding or self.transport.is_closing() or self.flow.write_paused:
            self._sweep_sending(now)
            return
        self._deadline = None
        if self.flow.read_paused:
            self._since = now  # nobody can keep the time while he is not listened to
        elif self._parser.in_body:
            if waited > self._limits.body_seconds:
                self.on_problem(RequestProblem.TIMEOUT)
        elif self._parser.in_head or self.cycle is None:
            if waited > self._limits.head_seconds:
                self._refuse(MalformedRequest("the request's headers took too long", 408))
        elif self.cycle.response_complete and waited > self._limits.idle_seconds:
            self.transport.close()

    def _sweep_sending(self, now: float) -> None:
        """Cut off a client that does not fetch what was written, or goes on sending what nobody wants."""
        if self._deadline is None:
            self._deadline = now + (_LINGER_SECONDS if self._discarding else self._limits.body_seconds)
        elif now > self._deadline:
            self.transport.abort()

    # --- the end ---

    def _refuse(self, error: MalformedRequest) -> None:
        """Refuse what is no request, after the answers to those before it."""
        log.debug("refused: %s", error.reason)
        in_body = self._parser.in_body
        self._parser.stop()
        cycle = self.cycle
        answer = _bare_answer(error)
        if cycle is None or (cycle.response_complete and not in_body):
            self._say_last(answer)
        elif not in_body:
            self._last = answer
        elif cycle.response_started:  # the body was of no interest: its end neither
            cycle.keep_alive = False
            if cycle.response_complete:
                self.linger()
        else:
            self._drop(answer)

    def _drop(self, answer: bytes) -> None:
        """Answer the newest request, whose body is at fault, in place of the host."""
        cycle = self.cycle
        cycle.disconnected = True
        cycle.message_event.set()
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
            self._last = answer
        else:
            self._say_last(answer)

    def _say_last(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.linger()

    def linger(self) -> None:
        """End the connection in such a way that the client reads what was written, though it may still be sending."""
        if self.transport.is_closing() or self._discarding:
            return
        self._parser.stop()
        self._discarding = True
        self.flow.resume_reading()
        if self.scheme == "http" and self.transport.can_write_eof():
            try:
                self.transport.write_eof()
            except OSError:  # asyncio asks the system at once, and the client may have gone
                self.transport.abort()
        else:
            self.loop.call_later(_TLS_LINGER_SECONDS, self.transport.close)


class _Lingering:
    """The transport as the cycle of a request sees it whose client may still be sending."""

    __slots__ = ("_protocol", "write")

    def __init__(self, protocol: MockProtocol) -> None:
        self._protocol = protocol
        self.write = protocol.transport.write

    def is_closing(self) -> bool:
        return self._protocol.transport.is_closing()

    def close(self) -> None:
        self._protocol.linger()


def _bare_answer(error: MalformedRequest) -> bytes:
    """Return the bytes of an answer to what is no request."""
    text = f"{error.reason}\n"
    return (
        f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n"
        f"content-type: text/plain; charset=utf-8\r\ncontent-length: {len(text)}\r\nconnection: close\r\n\r\n{text}"
    ).encode("ascii")
