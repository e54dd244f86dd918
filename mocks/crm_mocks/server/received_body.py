"""The body of a request on a connection, as the application receives it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from crm_mocks.asgi.transport import Message

if TYPE_CHECKING:
    from crm_mocks.server.body_room import BodyRoom
    from crm_mocks.server.connection import Connection
    from crm_mocks.server.request_head import RequestHead


class ReceivedBody:
    """The body of a request, until its response ends it.

    Attributes:
        flow: flow control of the connection.
        body: bytes that the application has not received.
        body_size: bytes of the whole body: those announced, or those of a chunked body that have come.
        chunked_body: the body is chunked.
        more_body: the body is incomplete.
        room: where the body takes room or waits for it; `None` for a small one.
        disconnected: nobody waits for the response.
        response_complete: the response was sent.
    """

    __slots__ = (
        "_expects_continue",
        "_news",
        "_transport",
        "_was_received",
        "body",
        "body_size",
        "chunked_body",
        "disconnected",
        "flow",
        "more_body",
        "response_complete",
        "room",
    )

    def __init__(self, connection: Connection, head: RequestHead) -> None:
        """Begin a body, of which nothing has come.

        Args:
            connection: the connection.
            head: the head of the request.
        """
        self.flow = connection.flow
        self.body: bytes | bytearray = b""
        self.body_size = 0 if head.problem is not None else head.length
        self.chunked_body = head.chunked
        self.more_body = True
        self.room: BodyRoom | None = None
        self.disconnected = False
        self.response_complete = False
        self._transport = connection.transport
        self._expects_continue = head.expects_continue
        self._was_received = False
        self._news: asyncio.Event | None = None

    def add_body(self, piece: bytes) -> None:
        """Add a piece of the body; the first one is not copied."""
        if self.body:
            self.body = bytearray(self.body) if isinstance(self.body, bytes) else self.body
            self.body += piece
        else:
            self.body = piece
        if self.chunked_body:
            self.body_size += len(piece)
        if self._news is not None:
            self._news.set()

    def end_body(self) -> None:
        """End the body."""
        self.more_body = False
        if self.room is not None:
            self.room.settle(self, self.body_size)
            self.flow.awaits_room = False
        if self._news is not None:
            self._news.set()

    def release_body(self) -> None:
        """See `crm_mocks.asgi.transport.DirectExchange`."""
        room, self.room = self.room, None
        if room is not None:
            room.leave(self)

    def wake(self) -> None:
        """Let `receive` look again at what has happened."""
        if self._news is not None:
            self._news.set()

    def take_body(self) -> bytes | None:
        """Return the whole body if it is here; then `receive` has nothing but the end of the connection to report."""
        if self.more_body or self._was_received or self._expects_continue or self.disconnected:
            return None
        self._was_received = True
        if self.flow.read_paused:
            self.flow.resume_reading()
        body, self.body = self.body, b""
        return body if isinstance(body, bytes) else bytes(body)

    async def receive(self) -> Message:
        """Return the next ASGI message of the request."""
        if self._expects_continue and not self._transport.is_closing():
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._expects_continue = False
        if not self.disconnected and not self.response_complete:
            self.flow.resume_reading()
        while not (self.disconnected or self.response_complete or self._has_news):
            self._news = self._news or asyncio.Event()
            self._news.clear()
            await self._news.wait()
        if self.disconnected or self.response_complete:
            return {"type": "http.disconnect"}
        self._was_received = not self.more_body
        body, self.body = bytes(self.body), b""
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    @property
    def _has_news(self) -> bool:
        return bool(self.body) or not (self.more_body or self._was_received)
