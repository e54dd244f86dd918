"""The response to one request: whole if the mocks send it at once, otherwise bytes of a connection."""

from __future__ import annotations

import threading
from typing import Any

import msgspec

from crm_contracts.offline.asgi_response import AsgiResponse
from crm_contracts.offline.byte_pipe import BytePipe


class WholeResponse(msgspec.Struct, frozen=True):
    """A response that was sent at once.

    Attributes:
        status: its status.
        headers: names as sent, values in Latin-1.
        body: its body.
    """

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class HeldResponse:
    """A response that is held back until the client's library takes it whole, or reads it from a connection.

    It becomes bytes of a connection, from its beginning, when a fault or a delay needs them, when it is sent in parts,
    or when the library asks for them. Thread-safe: a delayed response is sent by another thread.
    """

    def __init__(self, method: str, request_body: bytes) -> None:
        """Create a response that has not started.

        Args:
            method: method of the request.
            request_body: body of the request.
        """
        self._method = method
        self._request_body = request_body
        self._lock = threading.Lock()
        self._start: dict[str, Any] | None = None
        self._whole: WholeResponse | None = None
        self._is_finished = False
        self._pipe: BytePipe | None = None
        self._writer: AsgiResponse | None = None

    # --- the mocks' side ---

    def take_body(self) -> bytes | None:
        """See `crm_mocks.asgi.transport.DirectExchange`."""
        return self._request_body

    def release_body(self) -> None:
        """Do nothing: the client holds the body anyway."""

    async def respond(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """See `crm_mocks.asgi.transport.DirectExchange`."""
        whole = WholeResponse(status, [(name.lower(), _in_latin_1(value)) for name, value in headers], body)
        with self._lock:
            if self._writer is None:
                self._whole = whole
            else:
                _write(self._writer, whole)

    async def send(self, message: Any) -> None:
        """Take an ASGI message."""
        with self._lock:
            if self._writer is not None:
                self._writer.write(message)
            elif message["type"] == "http.response.start":
                self._start = message
            elif self._start is None or message.get("more_body"):
                self._open()[1].write(message)
            else:
                headers = [
                    (name.lower().decode("latin-1"), value.decode("latin-1")) for name, value in self._start["headers"]
                ]
                self._whole = WholeResponse(self._start["status"], headers, message.get("body", b""))

    def finish(self) -> None:
        """Take note that the application has returned."""
        with self._lock:
            self._is_finished = True
            if self._writer is not None:
                self._writer.finish()

    @property
    def pipe(self) -> BytePipe:
        """The bytes of the connection; the response is whole no more."""
        with self._lock:
            return self._open()[0]

    def _open(self) -> tuple[BytePipe, AsgiResponse]:
        """Return the connection and the response that writes to it; the caller holds the lock."""
        if self._pipe is not None and self._writer is not None:
            return self._pipe, self._writer
        pipe = self._pipe = BytePipe()
        writer = self._writer = AsgiResponse(pipe, self._method, keep_alive=True)
        if self._start is not None:
            writer.write(self._start)
            if self._whole is not None:
                writer.write({"type": "http.response.body", "body": self._whole.body})
        elif self._whole is not None:
            _write(writer, self._whole)
        if self._is_finished:
            writer.finish()
        return pipe, writer

    # --- the client's side ---

    @property
    def whole(self) -> WholeResponse | None:
        """The response if it has been sent at once, with a body whose length is known."""
        with self._lock:
            return self._whole if self._writer is None and self._is_finished else None


def _in_latin_1(value: str) -> str:
    return value if value.isascii() else value.encode("latin-1", "replace").decode("latin-1")


def _write(writer: AsgiResponse, whole: WholeResponse) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in whole.headers]
    writer.write({"type": "http.response.start", "status": whole.status, "headers": headers})
    writer.write({"type": "http.response.body", "body": whole.body})


def is_framed(response: WholeResponse, method: str) -> bool:
    """Return whether a response has a length, so that a client need not read up to the end of the connection."""
    if method == "HEAD" or response.status in (204, 304):
        return True
    return any(name.lower() == "content-length" for name, _ in response.headers)
