"""One request and its response on a connection, as an ASGI server passes them to an application.

Head and body of a response are one write: two writes are two system calls, and wake the client twice.
"""

from __future__ import annotations

import asyncio
import logging
from random import Random
from typing import TYPE_CHECKING, Any, Final

from crm_mocks.asgi.transport import Asgi, Headers, Message
from crm_mocks.faults import Fault
from crm_mocks.server.fault_injection import TransportFaultInjector
from crm_mocks.server.received_body import ReceivedBody
from crm_mocks.server.response_head import chunk, encode_head

if TYPE_CHECKING:
    from crm_mocks.server.connection import Connection
    from crm_mocks.server.request_head import RequestHead

_ERROR: Final = "Internal Server Error"
_WRONG_LENGTH: Final = "The body of the response does not have its Content-Length"

log = logging.getLogger("crm_mocks")


class ResponseCycle(ReceivedBody):
    """A request, and the response to it; see `crm_mocks.asgi.transport.DirectExchange`.

    Attributes:
        scope: ASGI scope of the request.
        keep_alive: the connection stays open after the response.
        lingers: the client may still be sending at the end of the response.
        response_started: the response has begun.
        task: the task that responds, until it begins.
    """

    __slots__ = (
        "_can_chunk",
        "_chunked",
        "_connection",
        "_expected_length",
        "_head",
        "keep_alive",
        "lingers",
        "response_started",
        "scope",
        "task",
    )

    def __init__(self, connection: Connection, scope: Any, head: RequestHead) -> None:
        """Begin a request whose headers have been read.

        Args:
            connection: the connection.
            scope: ASGI scope of the request.
            head: the head of the request.
        """
        super().__init__(connection, head)
        self.scope = scope
        self.keep_alive = head.keep_alive
        self.lingers = False
        self.response_started = False
        self.task: asyncio.Task[None] | None = None
        self._connection = connection
        self._head = b""
        self._can_chunk = head.version != "1.0"  # HTTP/1.0 has no Transfer-Encoding (RFC 9112, 6.1)
        self._chunked = False
        self._expected_length = 0

    async def run(self, application: Asgi, tasks: set[asyncio.Task[None]]) -> None:
        """Call the application; respond with 500 if it fails.

        Args:
            application: the ASGI application.
            tasks: set that the current task is removed from.
        """
        task, self.task = self.task, None  # it refers to this cycle: no garbage collection is needed without it
        assert task is not None  # this runs as that task
        failed = True
        try:
            await application(self.scope, self.receive, self.send)
            failed = False
        except BaseException as error:  # the server must go on, whatever a vendor raises
            if isinstance(error, asyncio.CancelledError) and task.cancelling():  # the server stops
                raise
            log.exception("the application failed")
        finally:
            tasks.discard(task)
            self.scope["extensions"] = {}  # likewise
            if self.room is not None:
                self.release_body()
        if self.disconnected or (self.response_complete and not failed):
            return
        if not failed:
            log.error("the application returned without a complete response")
        if self.response_started:
            self._close()
        else:
            headers = [("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(_ERROR)))]
            await self.respond(500, [*headers, ("connection", "close")], _ERROR.encode())

    # --- the response ---

    async def respond(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Send a whole response; see `crm_mocks.asgi.transport.DirectExchange`."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        is_head = self.scope["method"] == "HEAD"
        head, chunked, length, self.keep_alive = encode_head(
            status,
            headers,
            keep_case=False,
            is_head=is_head,
            keep_alive=self.keep_alive,
            can_chunk=self._can_chunk,
        )
        if is_head:
            body = b""
        elif chunked:
            body = chunk(body, is_last=True) if self._can_chunk else body
        elif length != len(body):
            raise RuntimeError(_WRONG_LENGTH)
        self.response_started = True
        self._expects_continue = False
        self._write(head + body)
        self._complete()

    async def send(self, message: Message) -> None:
        """Send an ASGI message.

        Raises:
            RuntimeError: the application breaks the protocol of ASGI or of HTTP.
        """
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        kind = message["type"]
        if not self.response_started and kind == "http.response.start":
            headers = [(name.lower(), value) for name, value in message.get("headers", ())]
            decoded = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
            self._begin(message["status"], decoded)
        elif self.response_started and not self.response_complete and kind == "http.response.body":
            self._send_body(message.get("body", b""), is_last=not message.get("more_body", False))
        else:
            raise RuntimeError(f"Unexpected ASGI message '{kind}'")

    def flush(self) -> None:
        """Send a head that is held back."""
        if self._head and not self.disconnected:
            self._write(self._head)
            self._head = b""

    async def delay(self, seconds: float) -> None:
        """See `crm_mocks.asgi.transport.FaultInjector`."""
        await self._injector.delay(seconds)

    async def inject(
        self, fault: Fault, head: tuple[int, Headers], body: bytes, *, seconds: float, random: Random
    ) -> None:
        """See `crm_mocks.asgi.transport.FaultInjector`."""
        await self._injector.inject(fault, head, body, seconds=seconds, random=random)

    @property
    def _injector(self) -> TransportFaultInjector:
        connection: Any = self._connection  # a MockProtocol
        return TransportFaultInjector(connection, self, connection.disconnected, connection.ended)

    def _begin(self, status: int, headers: Headers) -> None:
        """Encode the head, and hold it back until the first bytes of the body."""
        self.response_started = True
        self._expects_continue = False
        is_head = self.scope["method"] == "HEAD"
        self._head, self._chunked, self._expected_length, self.keep_alive = encode_head(
            status,
            headers,
            keep_case=True,
            is_head=is_head,
            keep_alive=self.keep_alive,
            can_chunk=self._can_chunk,
        )

    def _send_body(self, body: bytes, *, is_last: bool) -> None:
        if self.scope["method"] == "HEAD":
            self._expected_length, framed = 0, b""
        elif self._chunked:
            framed = chunk(body, is_last=is_last) if self._can_chunk else body
        else:
            self._expected_length -= len(body)
            framed = body
        if self._expected_length < 0 or (is_last and self._expected_length):
            raise RuntimeError(_WRONG_LENGTH)
        if self._head or framed:
            self._write(self._head + framed)
            self._head = b""
        if is_last:
            self._complete()

    def _complete(self) -> None:
        self.response_complete = True
        if self._news is not None:
            self._news.set()
        if not self.keep_alive:
            self._close()
        self._connection.on_response_complete()

    def _write(self, data: bytes) -> None:
        try:
            self._transport.write(data)
        except RuntimeError:  # uvloop: the connection has been closed, which is reported later
            self.disconnected = True

    def _close(self) -> None:
        if self.lingers:
            self._connection.lingering_close()
        else:
            self._transport.close()
