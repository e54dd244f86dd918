"""One request and its response on a connection: uvicorn's cycle, with one write for head and body."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HEADER_RE, HEADER_VALUE_RE, STATUS_LINE, RequestResponseCycle

_NO_BODY: Final = frozenset((204, 304))


class ResponseCycle(RequestResponseCycle):
    """uvicorn's cycle, which holds the head of a response back until the first bytes of its body.

    Two writes are two system calls and wake the client twice. Call `flush` to send the head alone.
    """

    def __init__(self, protocol: Any, scope: Any, *, keep_alive: bool) -> None:
        """Begin a request whose headers have been read.

        Args:
            protocol: the protocol of the connection.
            scope: ASGI scope of the request.
            keep_alive: the connection stays open after the response.
        """
        super().__init__(
            scope=scope,
            transport=protocol.transport,
            flow=protocol.flow,
            logger=protocol.logger,
            access_logger=protocol.access_logger,
            access_log=False,
            default_headers=[],
            message_event=asyncio.Event(),
            expect_100_continue=protocol.expect_100_continue,
            keep_alive=keep_alive,
            on_response=protocol.on_response_complete,
        )
        self._head = b""

    async def run_asgi(self, app: Any) -> None:
        """Run the application; then drop what refers back to this cycle, so that no garbage collection is needed."""
        try:
            await super().run_asgi(app)
        finally:
            self.scope["extensions"] = {}

    def add_body(self, piece: bytes) -> None:
        """Add a piece of the request's body; the first one is not copied."""
        if not self.body:
            self.body = piece  # type: ignore[assignment]  # uvicorn only reads its length and its bytes
        else:
            self.body = bytearray(self.body) if isinstance(self.body, bytes) else self.body
            self.body += piece

    async def send(self, message: Any) -> None:
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
            self.response_started = True
            self.waiting_for_100_continue = False
            self._head = self._encoded_head(message["status"], message.get("headers", ()))
        elif self.response_started and not self.response_complete and kind == "http.response.body":
            self._send_body(message.get("body", b""), is_last=not message.get("more_body", False))
        else:
            raise RuntimeError(f"Unexpected ASGI message '{kind}'")

    def flush(self) -> None:
        """Send a head that is held back."""
        if self._head and not self.disconnected:
            self.transport.write(self._head)
            self._head = b""

    def _encoded_head(self, status: int, headers: Any) -> bytes:
        content = [STATUS_LINE[status]]
        closes = False
        for raw_name, value in headers:
            if HEADER_RE.search(raw_name) or HEADER_VALUE_RE.search(value):
                raise RuntimeError("Invalid HTTP header.")
            name = raw_name.lower()
            if name == b"content-length" and self.chunked_encoding is None:
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            elif name == b"transfer-encoding" and value.lower() == b"chunked":
                self.expected_content_length = 0
                self.chunked_encoding = True
            elif name == b"connection":
                closes = b"close" in (token.strip() for token in value.lower().split(b","))
                self.keep_alive = self.keep_alive and not closes
            content += (name, b": ", value, b"\r\n")
        if not self.keep_alive and not closes:
            content.append(b"connection: close\r\n")
        if self.chunked_encoding is None and self.scope["method"] != "HEAD" and status not in _NO_BODY:
            self.chunked_encoding = True
            content.append(b"transfer-encoding: chunked\r\n")
        content.append(b"\r\n")
        return b"".join(content)

    def _send_body(self, body: bytes, *, is_last: bool) -> None:
        if self.scope["method"] == "HEAD":
            self.expected_content_length, framed = 0, b""
        elif self.chunked_encoding:
            framed = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            framed += b"0\r\n\r\n" if is_last else b""
        else:
            self.expected_content_length -= len(body)
            framed = body
        if self.expected_content_length < 0 or (is_last and self.expected_content_length):
            raise RuntimeError("The body of the response does not have its Content-Length")
        if self._head or framed:
            self.transport.write(self._head + framed)
            self._head = b""
        if is_last:
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()
