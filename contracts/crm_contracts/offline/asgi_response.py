"""Responses of an ASGI application as the bytes that a server sends."""

from __future__ import annotations

from typing import Any

from crm_contracts.offline.byte_pipe import BytePipe
from crm_mocks.reason_phrases import reason_phrase


class AsgiResponse:
    """Writes one response to a connection, framed as the server frames it."""

    def __init__(self, pipe: BytePipe, method: str, *, keep_alive: bool) -> None:
        """Create a response that has not started.

        Args:
            pipe: the connection.
            method: method of the request.
            keep_alive: whether the connection stays open for another request.
        """
        self._pipe = pipe
        self._method = method
        self._keep_alive = keep_alive
        self._chunked = False
        self._complete = False

    @property
    def pipe(self) -> BytePipe:
        """The connection."""
        return self._pipe

    async def send(self, message: Any) -> None:
        """Write an ASGI message."""
        self.write(message)

    def write(self, message: Any) -> None:
        """Write an ASGI message."""
        if message["type"] == "http.response.start":
            self._pipe.write(self._head(message["status"], message["headers"]))
            return
        body = message.get("body", b"")
        if self._chunked and body:
            body = b"%x\r\n%b\r\n" % (len(body), body)
        if not message.get("more_body"):
            self._complete = True
            if self._chunked:
                body += b"0\r\n\r\n"
        self._pipe.write(body)

    def finish(self) -> None:
        """Close the connection unless it stays open; call this when the application has returned."""
        if not (self._keep_alive and self._complete):
            self._pipe.end()

    def _head(self, status: int, headers: list[tuple[bytes, bytes]]) -> bytes:
        names = {name.lower(): value for name, value in headers}
        content = [b"HTTP/1.1 %d %b\r\n" % (status, reason_phrase(status).encode())]
        content += [b"%b: %b\r\n" % (name.lower(), value) for name, value in headers]
        if b"close" in names.get(b"connection", b"").lower():
            self._keep_alive = False
        elif not self._keep_alive:
            content.append(b"connection: close\r\n")
        self._chunked = b"content-length" not in names and self._method != "HEAD" and status not in (204, 304)
        if self._chunked and b"transfer-encoding" not in names:
            content.append(b"transfer-encoding: chunked\r\n")
        return b"".join([*content, b"\r\n"])
